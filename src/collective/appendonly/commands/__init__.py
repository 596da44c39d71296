"""Commands for operators: ``activitylog --conf zope.conf --site /Plone COMMAND``."""
