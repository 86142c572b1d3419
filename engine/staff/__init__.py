"""What the administrator's actions and pages share: whose tasks move, and how a table changes people and units."""
