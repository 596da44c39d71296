"""Content types of add-ons, and one with a field of each kind."""

from plone.app.textfield import RichText
from plone.autoform import directives
from plone.dexterity.fti import DexterityFTI
from plone.namedfile.field import NamedFile
from plone.schema.email import Email
from plone.schema.jsonfield import JSONField
from plone.supermodel import model
from z3c.relationfield.schema import RelationChoice
from zope import schema


def add_type(site, name, **properties):
    """Add a content type with *properties*, such as its ``schema``, to the site."""
    properties.setdefault("behaviors", ("plone.dublincore", "plone.shortname"))
    fti = DexterityFTI(
        name,
        title=name,
        global_allow=True,
        klass="plone.dexterity.content.Item",
        **properties,
    )
    site.portal_types._setObject(name, fti)


class ISpecimen(model.Schema):
    """What botanists write down."""

    # Values of these are recorded.
    habitat = schema.TextLine(required=False)
    remarks = schema.Text(required=False)
    markup = schema.SourceText(required=False)
    code = schema.ASCIILine(required=False)
    height = schema.Int(required=False)
    weight = schema.Float(required=False)
    price = schema.Decimal(required=False)
    edible = schema.Bool(required=False)
    colour = schema.Choice(values=["red", "blue"], required=False)
    day = schema.Date(required=False)
    hour = schema.Time(required=False)
    moment = schema.Datetime(required=False)
    places = schema.List(value_type=schema.TextLine(), required=False)
    months = schema.Set(value_type=schema.Int(), required=False)
    parent = RelationChoice(vocabulary="plone.app.vocabularies.Catalog", required=False)
    sheet = NamedFile(required=False)

    # Values of these are not, because of their kind.
    story = RichText(required=False)
    blocks = JSONField(required=False)
    measures = schema.Dict(required=False)
    rows = schema.List(value_type=schema.Dict(), required=False)
    anything = schema.List(required=False)
    scan = schema.Bytes(required=False)
    label = schema.BytesLine(required=False)
    age = schema.Timedelta(required=False)

    # Nor of these: secrets, data about people, and what only some users can read.
    watchword = schema.Password(required=False)
    api_key = schema.TextLine(required=False)
    PassPhrase = schema.TextLine(required=False)
    access_token = schema.Text(required=False)
    clientSecret = schema.ASCIILine(required=False)
    privateNumber = schema.Int(required=False)
    license = schema.List(value_type=schema.TextLine(), required=False)
    watchwords = schema.List(value_type=schema.Password(), required=False)
    desk = Email(required=False)
    mailbox = schema.TextLine(required=False)
    telephone = schema.Tuple(value_type=schema.TextLine(), required=False)
    directives.read_permission(finder="cmf.ManagePortal")
    finder = schema.TextLine(required=False)
