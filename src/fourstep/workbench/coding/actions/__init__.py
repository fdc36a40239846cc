"""Everything that changes a coding: what the engine proposes, what people decide, and the way from hand to hand."""

from fourstep.workbench.coding.actions.proposing import propose

__all__ = ["propose"]
