"""A knowledge folder, read and checked: see :func:`load` and :func:`check_folder`.

files      what is read, within which bounds
nodes      YAML → plain data that remembers line and column; ``syntax`` explains bad YAML
schema     plain data → models, or faults
checks     what only shows in the folder as a whole
positions  where entries and questions stand, for later complaints
folder     all of it, in order
report     the result as lines to print
"""

from knowledge.loading.faults import Fault, KnowledgeError
from knowledge.loading.folder import Loaded, load
from knowledge.loading.positions import Positions
from knowledge.loading.report import check_folder, count

__all__ = ["Fault", "KnowledgeError", "Loaded", "Positions", "check_folder", "count", "load"]
