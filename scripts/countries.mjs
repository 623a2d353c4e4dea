// Regenerates app/values/src/countries.csv: `node scripts/countries.mjs`. Run it by hand, with the newest Node, when
// ISO or CLDR has changed a country.
//
// The assigned ISO codes come from the time zone database (Debian's tzdata), and the English names from Node's CLDR.

import { readFileSync, writeFileSync } from "node:fs";

const ASSIGNED = "/usr/share/zoneinfo/iso3166.tab";
const TABLE = "app/values/src/countries.csv";

const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const codes = readFileSync(ASSIGNED, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t")[0])
  .sort();
const lines = codes.map((code) => {
  const name = names.of(code);
  if (name === undefined) throw new Error(`CLDR has no name for ${code}`);
  return `${code},${name}\n`;
});
writeFileSync(TABLE, lines.join(""));
console.log(`${TABLE}: ${lines.length} countries, CLDR ${process.versions.cldr}`);
