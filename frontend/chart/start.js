// Draws the charts of a page, and redraws them when their size, the theme or the screen's pixel ratio changes. Bundled
// with the glue code of src/lib.rs; the page's script calls `show`.
import start, { Chart } from './chart-glue.js'

let ready
const charts = new Map()
// It also reports the first size of a chart, which is drawn already.
const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => fits(target) || draw(target)))

function fits(canvas) {
  const pixels = (length) => Math.round(length * devicePixelRatio)
  return canvas.width === pixels(canvas.clientWidth) && canvas.height === pixels(canvas.clientHeight)
}

function draw(canvas) {
  const chart = charts.get(canvas)
  if (!chart) return
  if (canvas.isConnected) {
    if (!chart.draw(canvas)) return
    canvas.dataset.drawn = ''
    // Remove the SVG of the first page, which would show through once the canvas has other data.
    canvas.previousElementSibling?.replaceChildren()
    return
  }
  sizes.unobserve(canvas)
  charts.delete(canvas)
  chart.free()
}

const drawAll = () => [...charts.keys()].forEach(draw)
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ['data-theme'] })
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)

function followPixelRatio() {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
    'change',
    () => {
      drawAll()
      followPixelRatio()
    },
    { once: true },
  )
}
followPixelRatio()

/** Draws a plot on a canvas. See `Chart` in src/lib.rs for the parameters. */
export async function show(wasm, canvas, bars, labels, inks, values) {
  await (ready ??= start({ module_or_path: wasm }))
  charts.get(canvas)?.free()
  charts.set(canvas, new Chart(bars, labels, inks, values))
  draw(canvas)
  sizes.observe(canvas)
}
