"""What an operator does from a shell: ``activitylog --conf zope.conf --site /Plone COMMAND``."""
