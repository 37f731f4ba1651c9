-- What a case may refer to by its id, whatever it is.
CREATE VIEW referable AS
    SELECT topic_id AS id, 'topic' AS what, theme AS kind, area,
           -- from its opening day, in Shanghai; the sweep closes it only some time after its last
           is_open AND (now() AT TIME ZONE 'Asia/Shanghai')::date >= opens_on
                   AND (now() AT TIME ZONE 'Asia/Shanghai')::date < closes_on AS is_open
      FROM topics
    UNION ALL
    SELECT forum_id, 'forum', kind, area, is_open FROM forums
    UNION ALL
    SELECT session_id, 'session', kind, area, is_open FROM forum_sessions
    UNION ALL
    SELECT meeting_id, 'meeting', kind, area, is_open FROM meetings
    UNION ALL
    SELECT mediator_id, 'mediator', kind, area, is_open FROM mediators
    UNION ALL
    SELECT channel_id, 'channel', kind, area, is_open FROM channels
    UNION ALL
    SELECT observation_id, 'observation', kind, area, true FROM observations
    UNION ALL
    SELECT item_id, 'item', checklist, area, true FROM forbidden;
