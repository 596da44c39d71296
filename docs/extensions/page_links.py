"""Resolve links to the sources of other pages, such as ```Settings <settings.rst>`_``.

The code host follows these links where it shows a page. In the HTML that Sphinx builds they
lead to the built page. A page that is missing is a warning.
"""

from docutils import nodes
from sphinx.util import logging

import posixpath
import re


logger = logging.getLogger(__name__)

PAGE = re.compile(r"([\w./-]+)\.rst(#.+)?")


def resolve(app, doctree, docname):
    for node in doctree.findall(nodes.reference):
        link = PAGE.fullmatch(node.get("refuri", ""))
        if link is None:
            continue
        path, fragment = link.groups("")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(docname), path))
        if page not in app.env.found_docs:
            logger.warning("no such page: %s.rst", page, location=node)
            continue
        node["refuri"] = app.builder.get_relative_uri(docname, page) + fragment
        node["internal"] = True


def setup(app):
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
