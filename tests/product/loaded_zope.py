"""A Zope with all products and ZCML, but no database yet: what other processes are forked from.

Importing this module takes most of the time that Zope takes to start.
"""

from OFS.Application import import_products
from Zope2.App.patches import apply_patches
from Zope2.App.zcml import load_site

import collective.appendonly.commands.main  # noqa: F401
import os
import warnings


warnings.simplefilter("ignore")
os.environ["zope_i18n_compile_mo_files"] = "1"
apply_patches()
import_products()
load_site()
