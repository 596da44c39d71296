"""Provide the directive ``contract``, which documents a module from its source code.

Nothing is imported: Plone and Sphinx require different versions of docutils, so there is no
environment for both. Tools that read sources without importing them (sphinx-autoapi) take the
first argument of a method for ``self``, which the methods of interfaces do not have.

    .. contract:: collective.appendonly.feed
       :names: feed Filters

Without ``names`` it documents ``__all__``, or else all public classes and functions.
"""

from docutils.parsers.rst import directives
from pathlib import Path
from sphinx.util.docutils import SphinxDirective

import ast
import inspect


SOURCES = Path(__file__).parents[2] / "src"


class Contract(SphinxDirective):
    """Describe the classes and functions of one module."""

    required_arguments = 1
    option_spec = {"names": directives.unchanged, "omit": directives.unchanged}

    def run(self):
        module = self.arguments[0]
        self.env.note_dependency(str(file_of(module)))
        names = self.options.get("names", "").split() or offered(module)
        omitted = self.options.get("omit", "").split()
        lines = [f".. py:module:: {module}", ""]
        for name in names:
            if name not in omitted:
                lines += described(module, name)
        return self.parse_text_to_nodes("\n".join(lines))


def file_of(module: str) -> Path:
    path = SOURCES.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def parsed(module: str) -> list[ast.stmt]:
    return ast.parse(file_of(module).read_text("utf-8")).body


def offered(module: str) -> list[str]:
    """Return the names that *module* offers."""
    for node in parsed(module):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return [
        node.name
        for node in parsed(module)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef))
        and not node.name.startswith("_")
    ]


def described(module: str, name: str) -> list[str]:
    """Return the lines about *name*, which *module* defines or imports."""
    for node in parsed(module):
        if getattr(node, "name", None) == name:
            about = class_lines if isinstance(node, ast.ClassDef) else function_lines
            return about(node)
        if isinstance(node, ast.ImportFrom) and any(
            alias.name == name for alias in node.names
        ):
            return described(node.module, name)
    raise LookupError(f"{module} has no class or function {name}.")


def class_lines(node: ast.ClassDef) -> list[str]:
    contents = []
    for member in node.body:
        if isinstance(member, ast.FunctionDef):
            is_public = not member.name.startswith("_") or node_is_interface(node)
            is_property = any(
                ast.unparse(decorator) == "property"
                for decorator in member.decorator_list
            )
            if not ast.get_docstring(member):
                # The interface documents it.
                continue
            if is_property:
                contents += attribute_lines(member.name, ast.get_docstring(member))
            elif is_public:
                contents += function_lines(member, "method")
        elif isinstance(member, ast.AnnAssign):
            annotation = f"   :type: {ast.unparse(member.annotation)}"
            contents += [f".. py:attribute:: {member.target.id}", annotation, ""]
        elif isinstance(member, ast.Assign) and is_attribute(member.value):
            text = inspect.cleandoc(ast.literal_eval(member.value.args[0]))
            contents += attribute_lines(member.targets[0].id, text)
    own = [member for member in node.body if isinstance(member, ast.FunctionDef)]
    made = [member for member in own if member.name == "__init__"]
    signature = f"{node.name}({arguments(made[0])})" if made else node.name
    text = (ast.get_docstring(node) or "").splitlines()
    return [f".. py:class:: {signature}", "", *indented([*text, "", *contents])]


def node_is_interface(node: ast.ClassDef) -> bool:
    return node.name.startswith("I") and node.name[1:2].isupper()


def is_attribute(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "Attribute"


def attribute_lines(name: str, text: str | None) -> list[str]:
    return [f".. py:attribute:: {name}", "", *indented((text or "").splitlines()), ""]


def function_lines(node: ast.FunctionDef, kind: str = "function") -> list[str]:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    text = (ast.get_docstring(node) or "").splitlines()
    signature = f"{node.name}({arguments(node)}){returns}"
    return [f".. py:{kind}:: {signature}", "", *indented(text), ""]


def arguments(node: ast.FunctionDef) -> str:
    return ast.unparse(node.args).removeprefix("self").removeprefix(", ")


def indented(lines: list[str]) -> list[str]:
    return [f"   {line}" for line in lines]


def setup(app):
    app.add_directive("contract", Contract)
    return {"parallel_read_safe": True}
