"""Genetic search for projects: one mode each, shared resources with capacities, makespan.

``arrays`` says which problems are such projects (RCPSP) and turns them into tables; ``kernel`` is
the compiled search on those; ``search`` lets it work on the plan of a running improvement.
"""
