-- Lists that bind, or that are to be done.

CREATE TABLE checklists (
    checklist_id uuid        PRIMARY KEY,
    kind         text        NOT NULL,
    area         text        NOT NULL REFERENCES areas,
    published_at timestamptz NOT NULL,
    version      integer     NOT NULL
);

CREATE INDEX checklists_by_area ON checklists (area, kind);

CREATE TABLE checklist_items (
    item_id      uuid        PRIMARY KEY,
    checklist_id uuid        NOT NULL REFERENCES checklists,
    category     text        NOT NULL,
    due_on       date,
    added_at     timestamptz NOT NULL,
    done_at      timestamptz,
    removed_at   timestamptz
);

CREATE INDEX checklist_items_by_list ON checklist_items (checklist_id, item_id);

CREATE VIEW worded_items AS
    SELECT item_id, checklist_id, words AS text, category, due_on,
           CASE WHEN removed_at IS NOT NULL THEN 'removed'
                WHEN done_at IS NOT NULL THEN 'done'
                ELSE 'open' END AS state,
           added_at, done_at, removed_at, version
      FROM checklist_items
           JOIN checklists USING (checklist_id)
           JOIN texts ON about = item_id;

CREATE VIEW counted_checklists AS
    SELECT checklist_id, kind, area, words AS title, published_at, version, open, done
      FROM checklists
           JOIN texts ON about = checklist_id
           CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE done_at IS NULL) AS open,
                      count(*) FILTER (WHERE done_at IS NOT NULL) AS done
                 FROM checklist_items i
                WHERE i.checklist_id = checklists.checklist_id AND removed_at IS NULL
           ) counted;
