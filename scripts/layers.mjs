// The layers of the style sheet and their files. A rule of a later layer beats every rule of an earlier one; within a
// layer, files stand by their names. A file in the folder of a layer is part of it without being listed anywhere.

import { readdirSync } from "node:fs";

export const STYLE = "style";
export const TOKENS = "tokens.css";
export const LAYERS = {
  tokens: [TOKENS],
  base: ["base.css"],
  components: filesIn("components"),
  pages: filesIn("pages"),
  print: ["print.css"],
};

function filesIn(folder) {
  const names = readdirSync(`${STYLE}/${folder}`).filter((name) => name.endsWith(".css"));
  return names.sort().map((name) => `${folder}/${name}`);
}

/// A style sheet that imports all files, from a folder that is `up` from the project's.
export function imports(up) {
  const order = `@layer ${Object.keys(LAYERS).join(", ")};`;
  const lines = Object.entries(LAYERS).flatMap(([layer, files]) =>
    files.map((file) => `@import "${up}/${STYLE}/${file}" layer(${layer});`),
  );
  return [order, ...lines, ""].join("\n");
}
