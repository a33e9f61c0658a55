"""The rule book: what happens in a month, as arithmetic on tables.

Symbols, the same in every rule:

    s  State of one replicate          t  month, 0 at the scenario's start
    w  Facts of the world, schedules    i  the faction (or organisation o, state actor a) that acts
    p  Parameters: one record          j  the other faction (or organisation q)

Actors decide on the state at the start of a phase and write into `scratch` or into their own row; a
`settle_…` rule then carries decisions out in the order of the factions' keys. So no result depends on the
order in which actors are called.
"""
