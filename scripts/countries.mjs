// Makes app/src/values/country/table.rs anew: `node scripts/countries.mjs`. Nothing calls it; run it when ISO or CLDR
// has changed a country, with the newest Node at hand.
//
// Which codes ISO has assigned says the time zone database (Debian's tzdata), their names in English say Node's own
// data, which are CLDR's.

import { readFileSync, writeFileSync } from "node:fs";

const ASSIGNED = "/usr/share/zoneinfo/iso3166.tab";
const TABLE = "app/src/values/country/table.rs";

const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const codes = readFileSync(ASSIGNED, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t")[0])
  .sort();
const rows = codes.map((code) => {
  const name = names.of(code);
  if (name === undefined) throw new Error(`CLDR has no name for ${code}`);
  return `    (${JSON.stringify(code)}, ${JSON.stringify(name)}),\n`;
});
const text = `//! Made by scripts/countries.mjs from CLDR ${process.versions.cldr}. © Unicode, Inc.; Unicode License V3.

/// The codes that ISO has assigned, in their order, and the countries' names.
pub(super) const COUNTRIES: [(&str, &str); ${rows.length}] = [
${rows.join("")}];
`;
writeFileSync(TABLE, text);
console.log(`${TABLE}: ${rows.length} countries, CLDR ${process.versions.cldr}`);
