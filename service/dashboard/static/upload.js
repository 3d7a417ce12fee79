"use strict";

// Sends the files of the intake form one by one and shows how far each has come. What came of a file
// is said by the page that the server answers with, as without this script.
(() => {
  const form = document.querySelector("form.intake");
  const list = document.querySelector(".outcomes");
  if (!form || !list) return;

  const queue = () => {
    const files = Array.from(form.elements.files.files, (file) => ["files", file, file.name]);
    const text = form.elements.text.value;
    return text.trim() ? [...files, ["text", text, form.dataset.pasted]] : files;
  };

  const row = (name) => {
    const item = document.createElement("li");
    const title = document.createElement("b");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    title.textContent = name;
    state.textContent = form.dataset.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    item.append(title, " ", state, bar);
    list.append(item);
    return { item, state, bar };
  };

  const finish = (shown, className, words) => {
    shown.item.className = className;
    shown.state.textContent = words;
    shown.bar.remove();
  };

  const show = (shown, page) => {
    const found = page.querySelectorAll(".outcomes li");
    if (found.length) {
      shown.item.replaceWith(...found);
      for (const id of ["documents", "said"]) {
        document.getElementById(id).replaceWith(page.getElementById(id));
      }
      return;
    }
    const detail = page.querySelector("#main dl.facts div:nth-child(2) dd");
    finish(shown, "refused", detail ? detail.textContent : form.dataset.lost);
  };

  const send = ([field, content, name], shown) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      if (field === "files") body.append(field, content, name);
      else body.append(field, content);
      shown.state.textContent = form.dataset.sending;
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
      });
      request.upload.addEventListener("load", () => {
        shown.state.textContent = form.dataset.reading;
        shown.bar.removeAttribute("value");
      });
      request.addEventListener("load", () => {
        show(shown, new DOMParser().parseFromString(request.responseText, "text/html"));
        resolve();
      });
      request.addEventListener("error", () => {
        finish(shown, "refused", form.dataset.lost);
        resolve();
      });
      request.open("POST", form.action);
      request.send(body);
    });

  form.addEventListener("submit", async (event) => {
    const waiting = queue();
    if (!waiting.length) return;
    event.preventDefault();
    list.replaceChildren();
    const button = form.querySelector("button");
    button.disabled = true;
    const rows = waiting.map(([, , name]) => row(name));
    for (const [number, part] of waiting.entries()) await send(part, rows[number]);
    form.reset();
    button.disabled = false;
  });
})();
