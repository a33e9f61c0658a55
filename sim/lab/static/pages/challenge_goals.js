// The challenges: data only. Each limit was reached with 500 runs, and not by much (which package does it is left to find).

/**
 * least: the lower end of the interval of the change in the share broken has to reach it.
 * civilian: the upper end of the interval of the relative change in attacks on civilians has to stay below it.
 * wordsOnly: the upper end of the interval of the change in “renounced only in words” has to stay below it; none if null.
 */
export const CHALLENGES = [
  {
    name: "quiet_partner", title: "The quiet partner", question: { scenario: "talks_2018", thesis: "consensus", focus: "taliban_political-al_qaeda" },
    budget: 0.6, least: 0.15, civilian: 0.01, wordsOnly: null,
    goal: "Break the tie of the Taliban's political wing and al-Qaeda by August 2021, without more attacks on civilians.",
    about: "In the model the tie ends by itself in fewer than one run in eight. Which instruments reach one faction of a movement, and which only its leaders?",
  },
  {
    name: "small_purse", title: "The small purse", question: { scenario: "triangle_2020", thesis: "consensus", focus: "al_qaeda-ttp" },
    budget: 0.15, least: 0.05, civilian: 0.01, wordsOnly: null,
    goal: "Break the tie of al-Qaeda and the Pakistani Taliban (TTP) by February 2023, with next to no effort.",
    about: "In the model the tie ends by itself in about a fifth of the runs. There is little to spend: what is cheap and works all the same?",
  },
  {
    name: "deeds_not_words", title: "Deeds, not words", question: { scenario: "talks_2018", thesis: "consensus", focus: "" },
    budget: 1.0, least: 0.02, civilian: 0.01, wordsOnly: 0.03,
    goal: "Break the alliance of al-Qaeda and the Taliban by August 2021 in deed, and keep down the runs in which it is renounced only in words.",
    about: "A promise is easily had. Without a wedge the alliance is renounced only in words in hardly any run; many a wedge raises that. A rise that may be three points is too much.",
  },
];

export const GUESSES = { more: "breaks more often", none: "no clear effect", less: "breaks less often" };
