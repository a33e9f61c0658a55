// Words of the WHY page; those of the terms come with the answers.

/** The more distant of the two official stances of the pair. */
export const STANCE_WORDS = { embrace: "open embrace", ambiguous: "left open", distance: "official distance", renounce: "renounced" };

export const ARM_WORDS = { baseline: "without the wedge", wedge: "with the wedge" };
export const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const count = (n, of) => `${n.toLocaleString("en")} of ${of.toLocaleString("en")}`;
