// Words of the WHY page. TERM_WORDS is the table of sim/analysis/explain/sentences.py: keep the two alike.

import { plain } from "/drawing/words.js";

export const TERM_WORDS = {
  benefit: "what the partner can do for it",
  common_enemy: "the state that both fight",
  common_rival: "the rival that both fight",
  bond: "the bond of shared years",
  personal_ties: "ties that leaders hold in person",
  patron_hedge: "the need of a friend beside the patron",
  blame_outsourcing: "a partner who takes the blame",
  setback: "its own setbacks",
  fellowship: "fellowship within the movement",
  rapport: "what no coder sees between the two",
  circumstance: "circumstances nobody coded",
  rally: "solidarity with a guest under fire",
  brand: "the price of being seen to abandon a brother",
  retaliation: "fear of the partner's revenge",
  pressure: "pressure that spills over from the partner",
  isolation: "isolation over the association",
  inducement: "the offer for a break",
  compliance: "the emir's line",
  burden: "the burden of the tie",
  strategy_gap: "distance in strategy",
  grudge: "an old grudge",
  legitimacy: "the quarrel over who leads the faithful",
  turf: "rivalry over ground",
  doctrine_distance: "distance in doctrine",
  blood: "past blood",
  restraint: "what holds fighting back",
  feud: "a feud of former comrades",
  weariness: "weariness of fighting",
  discipline: "the bar on fighting the emir's ally",
  schism: "rival claims to lead the faithful",
};
export const term = (name) => TERM_WORDS[name] ?? plain(name);

/** The more distant of the two official stances of the pair. */
export const STANCE_WORDS = { embrace: "open embrace", ambiguous: "left open", distance: "official distance", renounce: "renounced" };

export const ARM_WORDS = { baseline: "without the wedge", wedge: "with the wedge" };
export const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const count = (n, of) => `${n.toLocaleString("en")} of ${of.toLocaleString("en")}`;
