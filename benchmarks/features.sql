-- The 71 features of the catalogue, written by hand for DuckDB: CSV files in, one Parquet file out, nothing checked.
-- Given by SET VARIABLE: folder (of CSV files), out (a .parquet file), dates (a list), lookback (1095 days). A table
-- harm_days (code, days) is there. What the engine is measured against; the benchmark first makes sure that both agree.

CREATE TEMP TABLE as_of AS SELECT unnest(getvariable('dates')) AS t;

CREATE TEMP TABLE stays AS
WITH RECURSIVE walk AS (
    SELECT person_id, merged_into FROM read_csv(getvariable('folder') || '/merges.csv', all_varchar = true)
    UNION
    SELECT w.person_id, m.merged_into
    FROM walk w JOIN read_csv(getvariable('folder') || '/merges.csv', all_varchar = true) m ON m.person_id = w.merged_into
)
SELECT person_id, merged_into AS stay FROM walk w WHERE NOT EXISTS (FROM walk m WHERE m.person_id = w.merged_into);

CREATE TEMP TABLE incidents AS
SELECT * FROM read_csv(getvariable('folder') || '/incidents.csv', header = true, nullstr = '', columns = {
    incident_id: 'VARCHAR', occurred_on: 'DATE', recorded_on: 'DATE', is_crime: 'BOOLEAN', offence_code: 'VARCHAR',
    outcome_code: 'SMALLINT', outcome_on: 'DATE', area: 'VARCHAR', report_source: 'VARCHAR', injury_level: 'VARCHAR',
    weapon_used: 'BOOLEAN', strangulation: 'BOOLEAN', alcohol: 'BOOLEAN', drugs: 'BOOLEAN',
    children_present: 'BOOLEAN', honour_based: 'BOOLEAN', stalking: 'BOOLEAN', order_breach: 'VARCHAR',
    dash_grade: 'VARCHAR', proactively_detected: 'BOOLEAN'
});

CREATE TEMP TABLE involvements AS
SELECT v.incident_id, coalesce(m.stay, v.person_id) AS person_id, v.role,
    greatest(coalesce(v.recorded_on, i.recorded_on), i.recorded_on) AS known, v.relationship,
    coalesce(c.stay, v.counterpart_id) AS about
FROM read_csv(getvariable('folder') || '/involvements.csv', header = true, nullstr = '', columns = {
    incident_id: 'VARCHAR', person_id: 'VARCHAR', role: 'VARCHAR', recorded_on: 'DATE', relationship: 'VARCHAR',
    counterpart_id: 'VARCHAR'
}) v
JOIN incidents i USING (incident_id)
LEFT JOIN stays m ON m.person_id = v.person_id
LEFT JOIN stays c ON c.person_id = v.counterpart_id;

-- One row an incident and classification, with the days on which it holds.
CREATE TEMP TABLE states AS
WITH changes AS (
    SELECT incident_id, recorded_on AS since, recorded_on AS said_on, 0 AS step, is_crime, offence_code FROM incidents
    UNION ALL
    SELECT r.incident_id, greatest(r.reclassified_on, i.recorded_on), r.reclassified_on, 1, r.is_crime, r.offence_code
    FROM read_csv(getvariable('folder') || '/reclassifications.csv', header = true, nullstr = '', columns = {
        incident_id: 'VARCHAR', reclassified_on: 'DATE', is_crime: 'BOOLEAN', offence_code: 'VARCHAR'
    }) r JOIN incidents i USING (incident_id)
),
held AS (
    SELECT incident_id, since, lead(since) OVER w AS until, is_crime,
        last_value(offence_code IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS offence_code
    FROM changes WINDOW w AS (PARTITION BY incident_id ORDER BY since, step, said_on, is_crime, coalesce(offence_code, ''))
)
SELECT i.incident_id, i.occurred_on AS day, s.since, s.until, s.is_crime,
    CASE WHEN i.proactively_detected THEN 0 WHEN NOT s.is_crime THEN 1 ELSE coalesce(h.days, 10) END::DOUBLE AS harm,
    CASE WHEN i.outcome_code IN (14, 16) THEN i.outcome_on END AS not_supported_on,
    i.order_breach IS NOT NULL AS breach, i.injury_level, i.weapon_used, i.strangulation, i.alcohol, i.drugs,
    i.children_present, i.stalking, i.report_source
FROM held s JOIN incidents i USING (incident_id) LEFT JOIN harm_days h ON h.code = s.offence_code
WHERE s.until IS NULL OR s.since < s.until;

CREATE TEMP TABLE suspects AS
SELECT incident_id, person_id, min(known) AS known, min(known) FILTER (role = 'offender') AS charged_on
FROM involvements WHERE role IN ('suspect', 'offender') GROUP BY ALL;

CREATE TEMP TABLE victims AS
SELECT incident_id, person_id AS victim_id, relationship, about, known FROM involvements WHERE role = 'victim';

CREATE TEMP TABLE pairs AS
SELECT s.incident_id, s.person_id, v.victim_id, v.relationship, greatest(s.known, v.known) AS known
FROM suspects s JOIN victims v USING (incident_id)
WHERE v.victim_id <> s.person_id AND (v.about IS NULL OR v.about = s.person_id)
QUALIFY row_number() OVER (PARTITION BY incident_id, s.person_id, victim_id ORDER BY v.known, relationship NULLS LAST) = 1;

CREATE TEMP TABLE own_victims AS
SELECT person_id, victim_id, min(known) AS known FROM pairs GROUP BY ALL;

CREATE TEMP TABLE counters AS
SELECT v.incident_id, v.victim_id AS person_id, min(greatest(v.known, s.known, o.known)) AS counter_on
FROM victims v
JOIN suspects s ON s.incident_id = v.incident_id AND s.person_id <> v.victim_id AND (v.about IS NULL OR v.about = s.person_id)
JOIN own_victims o ON o.person_id = v.victim_id AND o.victim_id = s.person_id
GROUP BY ALL;

-- Everything is worked out over rows that were known before the day, of incidents that happened before it.
CREATE TEMP TABLE as_suspect AS
SELECT s.person_id, d.t,
    d.t - max(i.day) AS days_since_last,
    d.t - max(i.day) FILTER (i.is_crime) AS days_since_last_crime,
    d.t - max(i.day) FILTER (i.harm >= 182) AS days_since_last_harmful,
    d.t - max(i.day) FILTER (i.breach) AS days_since_last_breach,
    d.t - min(i.day) AS days_since_first,
    count(*) FILTER (i.day >= d.t - 28) AS incidents_28d,
    count(*) FILTER (i.day >= d.t - 90) AS incidents_90d,
    count(*) FILTER (i.day >= d.t - 182) AS incidents_182d,
    count(*) FILTER (i.day >= d.t - 365) AS incidents_365d,
    count(*) FILTER (i.day >= d.t - 730) AS incidents_730d,
    count(*) AS incidents_1095d,
    count(*) FILTER (i.is_crime AND i.day >= d.t - 90) AS crimes_90d,
    count(*) FILTER (i.is_crime AND i.day >= d.t - 182) AS crimes_182d,
    count(*) FILTER (i.is_crime AND i.day >= d.t - 365) AS crimes_365d,
    count(*) FILTER (i.is_crime) AS crimes_1095d,
    count(*) FILTER (NOT i.is_crime AND i.day >= d.t - 365) AS non_crimes_365d,
    count(*) FILTER (NOT i.is_crime) AS non_crimes_1095d,
    count(*) FILTER (s.charged_on < d.t) AS charged_1095d,
    count(*) FILTER (i.breach AND i.day >= d.t - 365) AS breaches_365d,
    count(*) FILTER (i.breach) AS breaches_1095d,
    sum(i.harm) FILTER (i.day >= d.t - 365) AS harm_365d,
    sum(i.harm) AS harm_1095d,
    max(i.harm) FILTER (i.day >= d.t - 365) AS worst_harm_365d,
    max(i.harm) AS worst_harm_1095d,
    avg(i.harm) AS mean_harm_1095d,
    count(*) FILTER (i.harm >= 182 AND i.day >= d.t - 365) AS harmful_365d,
    count(*) FILTER (i.harm >= 182) AS harmful_1095d,
    count(*) FILTER (i.injury_level IN ('minor', 'serious')) AS injuries_1095d,
    count(*) FILTER (i.injury_level = 'serious') AS serious_injuries_1095d,
    count(*) FILTER (i.strangulation) AS strangulations_1095d,
    count(*) FILTER (i.weapon_used) AS weapons_1095d,
    count(*) FILTER (i.children_present AND i.day >= d.t - 365) AS children_365d,
    count(*) FILTER (i.children_present) AS children_1095d,
    count(*) FILTER (i.alcohol) AS alcohol,
    count(i.alcohol) AS alcohol_noted,
    count(*) FILTER (i.drugs) AS drugs,
    count(i.drugs) AS drugs_noted,
    count(i.injury_level) AS injury_noted,
    count(i.report_source) AS source_noted,
    count(*) FILTER (i.stalking) AS stalking_1095d,
    count(*) FILTER (i.not_supported_on < d.t) AS not_supported,
    count(*) FILTER (i.report_source = 'victim') AS by_victim,
    count(*) FILTER (i.report_source = 'third_party') AS by_others,
    sum(i.day - d.t + 365) FILTER (i.day >= d.t - 365) AS late_365d,
    sum(i.day - d.t + 1095) AS late_1095d,
    max(i.day) - min(i.day) FILTER (i.day >= d.t - 365) AS span_365d,
    max(i.day) - min(i.day) AS span_1095d,
    regr_slope(ln(1 + i.harm), i.day - d.t) FILTER (i.day >= d.t - 730) * 365.25 AS slope_730d,
    regr_slope(ln(1 + i.harm), i.day - d.t) * 365.25 AS slope_1095d,
    min(i.day) FILTER (i.day >= d.t - 730) < max(i.day) AS several_days_730d,
    min(i.day) < max(i.day) AS several_days_1095d
FROM suspects s
JOIN states i USING (incident_id)
JOIN as_of d ON greatest(s.known, i.since) < d.t AND (i.until IS NULL OR i.until >= d.t)
    AND i.day < d.t AND i.day >= d.t - 1095::INTEGER
GROUP BY s.person_id, d.t;

-- One row a person, day and victim: their last, first and number of rows in the three years, and the first of all.
CREATE TEMP TABLE dyads AS
SELECT p.person_id, d.t, p.victim_id,
    min(i.day) AS first_ever,
    min(i.day) FILTER (i.day >= d.t - 1095) AS first_day,
    max(i.day) AS last_day,
    max(i.day) FILTER (i.is_crime) AS last_crime,
    max(i.day) FILTER (p.relationship IN ('ex_spouse', 'ex_partner')) AS last_former,
    max(i.day) FILTER (p.relationship IN ('parent', 'child', 'sibling', 'grandparent', 'in_law', 'step_family'))
        AS last_relative,
    count(*) FILTER (i.day >= d.t - 1095) AS n
FROM pairs p
JOIN states i USING (incident_id)
JOIN as_of d ON greatest(p.known, i.since) < d.t AND (i.until IS NULL OR i.until >= d.t) AND i.day < d.t
GROUP BY ALL;

CREATE TEMP TABLE of_victims AS
WITH spans AS (
    SELECT *, max(last_day) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach, lead(first_day) OVER w AS next
    FROM dyads WHERE n > 0 WINDOW w AS (PARTITION BY person_id, t ORDER BY first_day, victim_id)
)
SELECT person_id, t,
    count(*) FILTER (last_day >= t - 182) AS victims_182d,
    count(*) FILTER (last_day >= t - 365) AS victims_365d,
    count(*) FILTER (last_day >= t - 730) AS victims_730d,
    count(*) AS victims_1095d,
    count(*) FILTER (last_crime >= t - 1095) AS crime_victims_1095d,
    count(*) FILTER (last_former >= t - 1095) AS former_partners_1095d,
    count(*) FILTER (last_relative >= t - 1095) AS relatives_1095d,
    count(*) FILTER (first_ever >= t - 182) AS new_victims_182d,
    count(*) FILTER (first_ever >= t - 365) AS new_victims_365d,
    max(n) AS most_with_one_victim_1095d,
    count(*) FILTER (reach >= first_day OR next <= last_day) AS concurrent_victims_1095d
FROM spans GROUP BY ALL;

CREATE TEMP TABLE as_victim AS
SELECT v.person_id, d.t,
    count(*) FILTER (i.day >= d.t - 365) AS own_victim_365d,
    count(*) AS own_victim_1095d,
    d.t - max(i.day) AS days_since_own_victim,
    count(*) FILTER (c.counter_on < d.t) AS counter_allegations_1095d
FROM (SELECT incident_id, victim_id AS person_id, min(known) AS known FROM victims GROUP BY ALL) v
JOIN states i USING (incident_id)
LEFT JOIN counters c USING (incident_id, person_id)
JOIN as_of d ON greatest(v.known, i.since) < d.t AND (i.until IS NULL OR i.until >= d.t)
    AND i.day < d.t AND i.day >= d.t - 1095::INTEGER
WHERE v.person_id IN (SELECT person_id FROM suspects)
GROUP BY v.person_id, d.t;

CREATE TEMP TABLE held AS
WITH spells AS (
    SELECT coalesce(m.stay, c.person_id) AS person_id, d.t, c.start_on, least(coalesce(c.end_on + 1, d.t), d.t) AS free_on
    FROM read_csv(getvariable('folder') || '/custody.csv', header = true, nullstr = '', columns = {
        person_id: 'VARCHAR', start_on: 'DATE', end_on: 'DATE', recorded_on: 'DATE'
    }) c LEFT JOIN stays m USING (person_id)
    JOIN as_of d ON coalesce(c.recorded_on, c.start_on) < d.t AND c.start_on < d.t
),
apart AS (
    SELECT person_id, t, free_on, greatest(start_on, coalesce(max(free_on) OVER (
        PARTITION BY person_id, t ORDER BY start_on, free_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), start_on)) AS start_on
    FROM spells
)
SELECT person_id, t, sum(greatest(0, free_on - greatest(start_on, t - 365))) AS custody_days_365d,
    sum(greatest(0, free_on - greatest(start_on, t - 1095))) AS custody_days_1095d
FROM apart GROUP BY ALL;

CREATE TEMP VIEW matrix AS
SELECT person_id, t AS as_of,
    days_since_last::DOUBLE AS days_since_last, days_since_last_crime::DOUBLE AS days_since_last_crime,
    days_since_last_harmful::DOUBLE AS days_since_last_harmful, days_since_last_breach::DOUBLE AS days_since_last_breach,
    days_since_first::DOUBLE AS days_since_first,
    (incidents_28d > 0)::INTEGER::DOUBLE AS any_28d, (crimes_90d > 0)::INTEGER::DOUBLE AS any_crime_90d,
    incidents_28d::DOUBLE AS incidents_28d, incidents_90d::DOUBLE AS incidents_90d,
    incidents_182d::DOUBLE AS incidents_182d, incidents_365d::DOUBLE AS incidents_365d,
    incidents_730d::DOUBLE AS incidents_730d, incidents_1095d::DOUBLE AS incidents_1095d,
    crimes_182d::DOUBLE AS crimes_182d, crimes_365d::DOUBLE AS crimes_365d, crimes_1095d::DOUBLE AS crimes_1095d,
    non_crimes_365d::DOUBLE AS non_crimes_365d, non_crimes_1095d::DOUBLE AS non_crimes_1095d,
    charged_1095d::DOUBLE AS charged_1095d, breaches_365d::DOUBLE AS breaches_365d,
    breaches_1095d::DOUBLE AS breaches_1095d,
    CASE WHEN 365 - coalesce(custody_days_365d, 0) >= 28
        THEN incidents_365d * 365 / (365 - coalesce(custody_days_365d, 0)) END::DOUBLE AS rate_at_liberty_365d,
    CASE WHEN 1095 - coalesce(custody_days_1095d, 0) >= 28
        THEN incidents_1095d * 365 / (1095 - coalesce(custody_days_1095d, 0)) END::DOUBLE AS rate_at_liberty_1095d,
    coalesce(harm_365d, 0)::DOUBLE AS harm_365d, harm_1095d::DOUBLE AS harm_1095d,
    worst_harm_365d::DOUBLE AS worst_harm_365d, worst_harm_1095d::DOUBLE AS worst_harm_1095d,
    mean_harm_1095d::DOUBLE AS mean_harm_1095d, harmful_365d::DOUBLE AS harmful_365d,
    harmful_1095d::DOUBLE AS harmful_1095d, injuries_1095d::DOUBLE AS injuries_1095d,
    serious_injuries_1095d::DOUBLE AS serious_injuries_1095d, strangulations_1095d::DOUBLE AS strangulations_1095d,
    weapons_1095d::DOUBLE AS weapons_1095d,
    CASE WHEN injury_noted >= 2 THEN injuries_1095d / injury_noted END::DOUBLE AS injury_share_1095d,
    coalesce(victims_182d, 0)::DOUBLE AS victims_182d, coalesce(victims_365d, 0)::DOUBLE AS victims_365d,
    coalesce(victims_730d, 0)::DOUBLE AS victims_730d, coalesce(victims_1095d, 0)::DOUBLE AS victims_1095d,
    coalesce(crime_victims_1095d, 0)::DOUBLE AS crime_victims_1095d,
    coalesce(former_partners_1095d, 0)::DOUBLE AS former_partners_1095d,
    coalesce(relatives_1095d, 0)::DOUBLE AS relatives_1095d,
    coalesce(new_victims_182d, 0)::DOUBLE AS new_victims_182d, coalesce(new_victims_365d, 0)::DOUBLE AS new_victims_365d,
    coalesce(most_with_one_victim_1095d, 0)::DOUBLE AS most_with_one_victim_1095d,
    coalesce(concurrent_victims_1095d, 0)::DOUBLE AS concurrent_victims_1095d,
    CASE WHEN incidents_365d >= 2 THEN incidents_90d * 365 / (incidents_365d * 90) END::DOUBLE AS frequency_ratio_90d,
    CASE WHEN incidents_730d >= 2 THEN incidents_182d * 730 / (incidents_730d * 182) END::DOUBLE AS frequency_ratio_182d,
    CASE WHEN incidents_1095d >= 2 THEN incidents_365d * 1095 / (incidents_1095d * 365) END::DOUBLE
        AS frequency_ratio_365d,
    CASE WHEN crimes_1095d >= 2 THEN crimes_365d * 1095 / (crimes_1095d * 365) END::DOUBLE AS crime_ratio_365d,
    CASE WHEN harmful_1095d >= 2 THEN harmful_365d * 1095 / (harmful_1095d * 365) END::DOUBLE AS harmful_ratio_365d,
    CASE WHEN incidents_365d >= 4
        THEN (2 * late_365d - incidents_365d * 365) * sqrt(3 / incidents_365d) / 365 END::DOUBLE AS frequency_trend_365d,
    CASE WHEN incidents_1095d >= 4
        THEN (2 * late_1095d - incidents_1095d * 1095) * sqrt(3 / incidents_1095d) / 1095 END::DOUBLE
        AS frequency_trend_1095d,
    CASE WHEN incidents_730d >= 4 AND several_days_730d THEN slope_730d END::DOUBLE AS severity_trend_730d,
    CASE WHEN incidents_1095d >= 4 AND several_days_1095d THEN slope_1095d END::DOUBLE AS severity_trend_1095d,
    CASE WHEN incidents_365d >= 3 THEN span_365d / (incidents_365d - 1) END::DOUBLE AS mean_gap_365d,
    CASE WHEN incidents_1095d >= 3 THEN span_1095d / (incidents_1095d - 1) END::DOUBLE AS mean_gap_1095d,
    coalesce(own_victim_365d, 0)::DOUBLE AS own_victim_365d, coalesce(own_victim_1095d, 0)::DOUBLE AS own_victim_1095d,
    days_since_own_victim::DOUBLE AS days_since_own_victim,
    coalesce(counter_allegations_1095d, 0)::DOUBLE AS counter_allegations_1095d,
    children_365d::DOUBLE AS children_365d, children_1095d::DOUBLE AS children_1095d,
    CASE WHEN alcohol_noted >= 2 THEN alcohol / alcohol_noted END::DOUBLE AS alcohol_share_1095d,
    CASE WHEN drugs_noted >= 2 THEN drugs / drugs_noted END::DOUBLE AS drugs_share_1095d,
    stalking_1095d::DOUBLE AS stalking_1095d,
    CASE WHEN incidents_1095d >= 2 THEN not_supported / incidents_1095d END::DOUBLE AS not_supported_share_1095d,
    CASE WHEN source_noted >= 2 THEN by_victim / source_noted END::DOUBLE AS victim_reports_share_1095d,
    CASE WHEN source_noted >= 2 THEN by_others / source_noted END::DOUBLE AS third_party_share_1095d,
    CASE WHEN incidents_1095d >= 2 THEN crimes_1095d / incidents_1095d END::DOUBLE AS crime_share_1095d,
    coalesce(custody_days_365d, 0)::DOUBLE AS custody_days_365d
FROM as_suspect
LEFT JOIN of_victims USING (person_id, t)
LEFT JOIN as_victim USING (person_id, t)
LEFT JOIN held USING (person_id, t);
