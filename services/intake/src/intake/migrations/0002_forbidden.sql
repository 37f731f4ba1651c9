-- Items of grid's lists, as grid announced them: some forbid what a case asks for (no_certificate).
CREATE TABLE forbidden (
    item_id   uuid PRIMARY KEY,
    checklist text NOT NULL,  -- the kind of list
    area      text NOT NULL,  -- the division that it binds
    category  text NOT NULL
);

CREATE INDEX forbidden_by_category ON forbidden (checklist, category, area);
