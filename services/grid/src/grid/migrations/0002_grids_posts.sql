-- Who is responsible where.

CREATE TABLE grids (
    grid_id    uuid        PRIMARY KEY,
    level      text        NOT NULL,
    area       text        NOT NULL REFERENCES areas,
    parent_id  uuid        REFERENCES grids,
    drawn_at   timestamptz NOT NULL,
    retired_at timestamptz,
    version    integer     NOT NULL
);

CREATE INDEX grids_by_area ON grids (area, level);
CREATE INDEX grids_by_parent ON grids (parent_id);

CREATE TABLE posts (
    post_id     uuid        PRIMARY KEY,
    person_id   uuid        NOT NULL,  -- name and phone stand in the vault
    role        text        NOT NULL,
    area        text        NOT NULL REFERENCES areas,
    grid_id     uuid        REFERENCES grids,
    way_in      text        NOT NULL,
    engagement  text        NOT NULL,
    assigned_at timestamptz NOT NULL,
    way_out     text,
    released_at timestamptz,
    version     integer     NOT NULL
);

CREATE INDEX posts_by_area ON posts (area, role);
CREATE INDEX posts_by_grid ON posts (grid_id) WHERE released_at IS NULL;
CREATE INDEX posts_by_person ON posts (person_id);

CREATE VIEW staffed_grids AS
    SELECT grid_id, level, area, parent_id, words AS name, drawn_at, retired_at, version,
           (SELECT count(DISTINCT person_id)
              FROM posts
             WHERE posts.grid_id = grids.grid_id
               AND role = 'grid_worker' AND released_at IS NULL) AS workers
      FROM grids LEFT JOIN texts ON about = grid_id;
