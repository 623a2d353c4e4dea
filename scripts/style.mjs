// Checks the style sheets: colours and sizes only in tokens.css, and no token undefined or unused.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generate, lexer, parse, walk } from "css-tree";
import { LAYERS, STYLE, TOKENS } from "./layers.mjs";

const COLOUR_FUNCTIONS = /^(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)$/i;
// Keywords without a colour of their own.
const NO_COLOURS = /^(transparent|currentcolor)$/i;
const ABSOLUTE_UNITS = /^(px|cm|mm|q|in|pt|pc)$/i;

const complaints = [];
const defined = new Map();
const breakpoints = new Map();
const used = new Set();

function complain(file, line, text) {
  complaints.push(`${STYLE}/${file}:${line}: ${text}`);
}

function parsed(file) {
  const onParseError = ({ line, message }) => complain(file, line, message);
  return parse(readFileSync(join(STYLE, file), "utf8"), { positions: true, parseCustomProperty: true, onParseError });
}

function isColour(node) {
  if (node.type === "Hash") return true;
  if (node.type === "Function") return COLOUR_FUNCTIONS.test(node.name);
  if (node.type !== "Identifier" || NO_COLOURS.test(node.name)) return false;
  return ["named-color", "system-color"].some((type) => lexer.matchType(type, node).matched);
}

function noteTokens(node) {
  if (node.type !== "Declaration" || !node.property.startsWith("--")) return;
  defined.set(node.property, node.loc.start.line);
  if (node.property.startsWith("--breakpoint-")) breakpoints.set(generate(node.value).trim(), node.property);
}

/// Reports colours, sizes and breakpoints that should be tokens.
function check(file, node, { declaration, atrule, rule }) {
  const line = node.loc?.start.line;
  if (node.type === "Declaration" && node.property.startsWith("--")) {
    complain(file, line, `${node.property} belongs in ${TOKENS}`);
  } else if (declaration && isColour(node)) {
    complain(file, line, `${generate(node)} is a colour: use a token of ${TOKENS}`);
  } else if (node.type === "Dimension" && atrule?.name === "media" && !rule) {
    // Media queries can't use var(), so they repeat the value of a breakpoint.
    const breakpoint = breakpoints.get(generate(node));
    if (breakpoint) used.add(breakpoint);
    else complain(file, line, `${generate(node)} is no breakpoint of ${TOKENS}`);
  } else if (node.type === "Dimension" && ABSOLUTE_UNITS.test(node.unit)) {
    complain(file, line, `${generate(node)} is a size: use a token of ${TOKENS}`);
  }
}

walk(parsed(TOKENS), noteTokens);
for (const file of Object.values(LAYERS).flat()) {
  walk(parsed(file), function (node) {
    if (file !== TOKENS) check(file, node, this);
    if (node.type !== "Function" || node.name !== "var") return;
    const token = node.children.first.name;
    used.add(token);
    if (!defined.has(token)) complain(file, node.loc.start.line, `${token} isn't defined in ${TOKENS}`);
  });
}
for (const [token, line] of defined) if (!used.has(token)) complain(TOKENS, line, `${token} isn't used`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log(`   ${defined.size} tokens, ${Object.values(LAYERS).flat().length} files`);
