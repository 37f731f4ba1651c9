// A link that signs in: /#token=… The fragment never reaches a server's log; it is posted and cleared.

const TOKEN = /^#token=(.+)$/;

const found = TOKEN.exec(location.hash);
if (found) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/session";
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "token";
  field.value = decodeURIComponent(found[1]);
  form.append(field);
  document.body.append(form);
  form.submit();
}
