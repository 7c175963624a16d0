"""A small parametric motion generator: the shipped samples, written down as what people do.

``body`` turns a pose into joints, ``performer`` moves into poses; ``walking`` and ``actions`` are
what somebody can do, ``capture`` films it, ``scenes`` is the list of samples.
"""
