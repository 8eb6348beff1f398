// A figure as its reader sees it: a drawing, controls, values under the crosshair, words and a table.

export class Figure {
  constructor(page, title) {
    this.page = page;
    this.place = page.getByRole("figure", { name: new RegExp(`^Figure \\d+\\. ${title}\\.`) });
    this.drawing = this.place.locator("canvas");
    this.probe = this.place.getByRole("slider", { name: /read at/ });
    this.summary = this.place.locator(".summary");
    this.tag = this.place.locator(".more .tag");
  }

  radio(group, name) {
    return this.place.getByRole("group", { name: group, exact: true }).getByRole("radio", { name, exact: true });
  }

  switch(name) {
    return this.place.getByRole("checkbox", { name });
  }

  /** The values under the crosshair by name, as numbers. */
  async read() {
    const text = await this.probe.getAttribute("aria-valuetext");
    return Object.fromEntries(text.split(", ").map((part) => {
      const [, name, value] = part.match(/^(\S+) (.*)$/);
      return [name, number(value)];
    }));
  }

  /** Opens “The numbers”: the table's rows, each an array of texts. */
  async numbers() {
    await this.place.getByText("The numbers", { exact: true }).click();
    const rows = await this.place.getByRole("table").locator("tbody").getByRole("row").all();
    return Promise.all(rows.map((row) => row.locator("th, td").allInnerTexts()));
  }

  /** Waits until something is drawn: the drawing's size in pixels, its size in CSS pixels and how many colours it has. */
  async drawn() {
    await this.drawing.scrollIntoViewIfNeeded();
    const canvas = await this.drawing.elementHandle();
    await this.page.waitForFunction(isDrawn, canvas);
    return canvas.evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set(new Uint32Array(data.buffer));
      return { width: canvas.width, height: canvas.height, cssWidth: canvas.clientWidth, cssHeight: canvas.clientHeight, nColours: colours.size };
    });
  }

  /** Does something and waits until the drawing differs from what it was. */
  async redrawnBy(act) {
    await this.drawn();
    const canvas = await this.drawing.elementHandle();
    const before = await canvas.evaluate((canvas) => canvas.toDataURL());
    await act();
    await this.drawing.scrollIntoViewIfNeeded();
    await this.page.waitForFunction(([canvas, before]) => canvas.toDataURL() !== before, [canvas, before]);
  }
}

function isDrawn(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size > 2;
}

/** Reads a number as the page writes it: −0.5, 2,400, 13.3 % or 3.35 × 10⁻⁴. */
export function number(text) {
  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const plain = text
    .replace(/\s%$/, "")
    .replace(/\s×\s10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, power) => "e" + [...power].map((c) => (c === "⁻" ? "-" : superscripts.indexOf(c))).join(""))
    .replaceAll("−", "-")
    .replaceAll(",", "");
  return plain === "" || plain === "–" ? NaN : Number(plain);
}
