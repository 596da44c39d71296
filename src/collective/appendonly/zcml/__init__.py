"""Named structures of a site: declared in ZCML, provisioned as local utilities."""
