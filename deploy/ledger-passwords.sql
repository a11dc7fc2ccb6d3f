-- Gives the accounts their passwords, from files: psql reads them itself, so that none is an argument of a program.
\set owner `cat /run/secrets/ledger_owner_password`
\set service `cat /run/secrets/ledger_service_password`
\set eraser `cat /run/secrets/ledger_eraser_password`
ALTER ROLE matac_owner PASSWORD :'owner';
ALTER ROLE matac_service PASSWORD :'service';
ALTER ROLE matac_eraser PASSWORD :'eraser';
