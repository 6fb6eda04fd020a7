"""Abbreviations, and what they say of the full stop behind them. Without their last full stop, in small letters."""

from __future__ import annotations

TITLES = frozenset(
    "dr mr mrs ms mx prof st rev hon gen sen rep gov capt cmdr lt col sgt maj mt ft messrs"
    " e.g i.e eg ie cf vs viz approx incl excl esp".split()
)
"""Abbreviations that never end a sentence: something always follows."""
NUMBERED = frozenset("no nos fig figs p pp vol vols ch sec sect art eq para tel ext ca c par nr".split())
"""Abbreviations when a number follows; words or sentence ends when none does."""
ABBREVIATIONS = frozenset(
    "etc al inc ltd co corp llc bros jr sr esq dept univ assn est ave blvd rd hwy apt min max avg hr hrs sec secs"
    " lb lbs oz kg km cm mm sq a.m p.m ph.d b.a m.a b.sc m.sc u.s u.k u.n".split()
)
"""Abbreviations that may also end a sentence."""
CALENDAR = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun".split()
)
"""The same, only where capitalised: a cat sat."""
STARTERS = frozenset(
    "A About After All Also An And Another Are As At Because Before Both But By Can Could Did Do Does During Each For"
    " From Had Has Have He Hello Her Here His How However I If In Instead Is It Its It's Last Later Let Let's Many May"
    " Meanwhile Most My Next No Not Note Now On One Once Only Or Other Our Perhaps Please She Since So Some Such That"
    " That's The Their Then There There's Therefore These They This Those Though Thus To Today Tomorrow Under Until We"
    " Well Were What When Where Whether Which While Who Why Will With Would Yes Yesterday Yet You Your".split()
)
"""Words that, capitalised behind an abbreviation, begin a new sentence rather than a name."""
