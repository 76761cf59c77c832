(function () {
  "use strict";
  var book = JSON.parse(document.getElementById("book").textContent);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var config = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
  var sameScale = false;
  var opened = [];

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  function layoutOf(node, printing) {
    var figure = book.figures[node.dataset.figure];
    var layout = JSON.parse(JSON.stringify(figure.layout));
    layout.template = dark.matches && !printing ? book.dark : book.light;
    layout.autosize = true;
    if (sameScale && "scaled" in node.dataset) {
      layout.yaxis.range = book.sameScale;
    }
    return layout;
  }

  function draw(node, printing) {
    if (node.offsetParent !== null && book.figures[node.dataset.figure]) {
      Plotly.react(node, book.figures[node.dataset.figure].data, layoutOf(node, printing), config);
    }
  }

  function drawAll() {
    all(".plot").forEach(function (node) { draw(node, false); });
  }

  function showCauses(chosen) {
    all("[data-causes]").forEach(function (panel) {
      panel.hidden = panel.dataset.causes !== chosen;
      if (!panel.hidden) {
        panel.querySelectorAll(".plot").forEach(function (node) { draw(node, false); });
      }
    });
  }

  all("input[name=causes]").forEach(function (input) {
    input.addEventListener("change", function () { showCauses(input.value); });
  });
  all("input[name=scale]").forEach(function (input) {
    input.addEventListener("change", function () {
      sameScale = input.value === "same";
      all("[data-scaled]").forEach(function (node) { draw(node, false); });
    });
  });
  dark.addEventListener("change", drawAll);

  // On paper every build and every table is wanted, on white, at the width of the sheet.
  window.addEventListener("beforeprint", function () {
    document.documentElement.classList.add("printing");
    all("[data-causes]").forEach(function (panel) { panel.hidden = false; });
    opened = all("details:not([open])");
    opened.forEach(function (details) { details.open = true; });
    all(".plot").forEach(function (node) { draw(node, true); });
  });
  window.addEventListener("afterprint", function () {
    document.documentElement.classList.remove("printing");
    opened.forEach(function (details) { details.open = false; });
    var chosen = document.querySelector("input[name=causes]:checked");
    if (chosen) {
      showCauses(chosen.value);
    }
    drawAll();
  });

  var first = document.querySelector("input[name=causes]:checked");
  if (first) {
    showCauses(first.value);
  }
  drawAll();
})();
