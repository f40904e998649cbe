"""Forward dispatching, compiled: the plan of ``dispatch`` and ``floor`` at a fraction of the time.

``arrays`` says which problems it can state and turns them into flat records (``records``);
``build`` runs the compiled search on them and reads the plan. What it states, it plans exactly as
the Python floor does (a property test compares them); everything else falls back to that floor.

The rules stand one per place, in the order of a placement: ``clocks`` (open time), ``ledgers``
(bookings, profiles, stock), ``shapes`` (work in time), ``people``, ``equipment`` (copies and
pools), ``changeovers``, ``spots`` (the search for a place), ``books`` (putting on and taking
off), ``blocks`` and ``dispatching`` (whose turn it is).
"""
