-- The accounts of the ledger's database, made once by its administrator. No program of ours is given the administrator's.
-- Afterwards matac_owner makes the tables: matac-ml ledger create.
CREATE ROLE matac_owner LOGIN;     -- makes the tables and the triggers that refuse a change of the chain; then not used
CREATE ROLE matac_service LOGIN;   -- serves: adds entries and reads them; can neither change nor erase one
CREATE ROLE matac_eraser LOGIN;    -- erases: as the service, and takes away the personal part of entries

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO matac_owner;
GRANT USAGE ON SCHEMA public TO matac_service, matac_eraser;

-- For the tables that matac_owner is going to make. The chain itself refuses every deletion, whoever asks.
ALTER DEFAULT PRIVILEGES FOR ROLE matac_owner IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO matac_service;
ALTER DEFAULT PRIVILEGES FOR ROLE matac_owner IN SCHEMA public GRANT SELECT, INSERT, DELETE ON TABLES TO matac_eraser;
