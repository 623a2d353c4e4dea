// Writes the table of app/src/values/country.rs anew: codes of ISO 3166-1 alpha-2 with the English names of CLDR, as the
// Node.js that runs this has them. Called by hand when names change: node scripts/countries.mjs > app/src/values/countries.csv
const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
// CLDR has names for more than the standard has assigned: reserved codes, groups of countries, codes of its own.
const others =
  'AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO QU RH SU TA TP UK UN VD WK XA XB XK YD YU ZR ZZ'.split(' ')
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
  const name = names.of(code)
  if (name && !others.includes(code)) console.log(`${code},${name}`)
}
