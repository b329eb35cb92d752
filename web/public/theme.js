// Sets the remembered theme before the first paint. src/lib/theme.ts writes the same key.
(function () {
  var kept = null;
  try {
    kept = localStorage.getItem('botswain.theme');
  } catch (_) {
    kept = null;
  }
  var dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
