// Draws the charts of a page, and draws them anew when their size, the theme or the screen's sharpness changes. Bundled
// with what wasm-bindgen makes of src/lib.rs; the page's own script calls `show`.
import start, { Chart } from './chart-glue.js'

let ready
const charts = new Map()
// It also tells of the size that a chart begins with, which was drawn already.
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
    // The picture of the first page has had its time, and would show through when the page goes on to other data.
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

function followSharpness() {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
    'change',
    () => {
      drawAll()
      followSharpness()
    },
    { once: true },
  )
}
followSharpness()

/** Draws a plot on a canvas: see `Chart` in src/lib.rs for its parts. */
export async function show(wasm, canvas, bars, labels, inks, values) {
  await (ready ??= start({ module_or_path: wasm }))
  charts.get(canvas)?.free()
  charts.set(canvas, new Chart(bars, labels, inks, values))
  draw(canvas)
  sizes.observe(canvas)
}
