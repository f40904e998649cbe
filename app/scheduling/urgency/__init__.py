"""Due dates on plain shops: a compiled dispatcher, and a walk in the space of its priorities.

``kernel`` is the dispatcher, ``search`` looks for the rule's figures and for orders that are worth
more or less urgency than their due date and weight say.
"""
