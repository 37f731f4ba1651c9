-- The state's register of divisions.

CREATE TABLE areas (
    code     text    PRIMARY KEY,  -- 12 digits; everything below it begins with its digits
    level    text    NOT NULL,
    parent   text    REFERENCES areas,
    name     text    NOT NULL,
    is_urban boolean NOT NULL,     -- a residents' community, told by the name's end
    version  integer NOT NULL      -- of the area's log stream: the ETag
);

CREATE INDEX areas_by_parent ON areas (parent, code);

CREATE TABLE area_statistics (
    area            text    NOT NULL REFERENCES areas,
    year            integer NOT NULL,
    households      integer NOT NULL,
    population      integer NOT NULL,
    urban_residents integer NOT NULL,

    PRIMARY KEY (area, year)
);

-- What people wrote: a grid's name, a list's title, an item's wording. No event carries it, so this
-- table is not derived from the log and must be backed up with it.
CREATE TABLE texts (
    about uuid PRIMARY KEY,
    words text NOT NULL
);
