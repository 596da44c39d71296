"""What an operator asks of a deployment: is the log of this site well, and if not, what helps?

Reads only, but for :func:`check_conflicts`, which is for commands and POST requests.
"""

from collective.appendonly.doctor.check import check_conflicts
from collective.appendonly.doctor.examine import examine
from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict


__all__ = ["check_conflicts", "examine", "Finding", "Verdict"]
