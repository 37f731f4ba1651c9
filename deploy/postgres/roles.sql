-- One role and one database per service. Run by psql as a superuser, here and in the container's
-- first start; running it again only sets the passwords again.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on

\getenv intake_password INTAKE_DATABASE_PASSWORD
\getenv grid_password GRID_DATABASE_PASSWORD
\getenv volunteer_password VOLUNTEER_DATABASE_PASSWORD
\getenv reporting_password REPORTING_DATABASE_PASSWORD

SET client_min_messages = warning;

CREATE TEMPORARY TABLE services (name text, password text);
INSERT INTO services VALUES
    ('intake', :'intake_password'),
    ('grid', :'grid_password'),
    ('volunteer', :'volunteer_password'),
    ('reporting', :'reporting_password');

SELECT format('CREATE ROLE %I', name) FROM services
 WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', name, password) FROM services \gexec
-- A row that is refused would stand in the server's log, word for word.
SELECT format('ALTER ROLE %I SET log_error_verbosity = terse', name) FROM services \gexec

-- template0, because only it may be copied with a collation of its own
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C''',
              name, name)
  FROM services
 WHERE name NOT IN (SELECT datname FROM pg_database) \gexec

-- Everyone may connect to a new database by default. Here only its owner may.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM services \gexec
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;

-- Intake finds near-duplicates by trigrams.
\connect intake
SET client_min_messages = warning;
SELECT 'CREATE EXTENSION IF NOT EXISTS pg_trgm'
 WHERE EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') \gexec
