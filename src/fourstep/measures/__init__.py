"""What coded data is for: depth, comorbidity, frailty, readmission, trends; each with definition, source and caveats."""

from fourstep.measures.catalogue import Measure, catalogue
from fourstep.measures.figures import Value, measure

__all__ = ["Measure", "Value", "catalogue", "measure"]
