#!/usr/bin/env bash
# Makes the fonts of app/src/export/fonts from Debian's: the letters of the clients' languages, and what a PDF needs.
# Run it after a change to the list of characters; its results are in the repository.
set -euo pipefail
. scripts/lib.sh

readonly SOURCE=/usr/share/fonts/truetype/dejavu
# Latin, its accents, Greek, Cyrillic, Georgian, punctuation, currencies, the numero sign, arrows, some signs.
readonly CHARACTERS=20-7E,A0-24F,259,2B9-2BC,2C6-2DD,300-30C,327,328,370-3FF,400-52F,10D0-10FC,1C90-1CBF,\
1E80-1E9E,1EF2,1EF3,2010-2015,2018-201E,2020-2022,2026,2030,2032,2033,2039,203A,20AA-20BF,2116,2122,2190-2193,\
2212,2215,2248,2260,2264,2265,FFFD

[ -e "$SOURCE/DejaVuSansCondensed.ttf" ] || apt_install fonts-dejavu-extra
tools=$TOOLS/fonttools
[ -x "$tools/bin/pyftsubset" ] || { python3 -m venv "$tools" && "$tools/bin/pip" install --quiet fonttools==4.68.0; }
for face in DejaVuSansCondensed DejaVuSansCondensed-Bold; do
  "$tools/bin/pyftsubset" "$SOURCE/$face.ttf" --unicodes="$CHARACTERS" --no-hinting --layout-features= \
    --drop-tables+=GSUB,GPOS,GDEF,kern,FFTM --notdef-outline --name-IDs='*' \
    --output-file="app/src/export/fonts/$face.ttf"
done
