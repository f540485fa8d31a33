/** The page behind a one-time sign-in link of a development server: it exchanges the code for a token, keeps it for this tab, and goes to the portal. */

/** Works under a policy of own scripts only, and says so in words where scripts are off. */
export const signInPage = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>登录 Sign in</title>
<p id="status">正在登录… Signing in…</p>
<noscript>请打开 JavaScript。Please turn on JavaScript.</noscript>
<script type="module" src="/sign-in.js"></script>
</html>
`

/** Posts the page's own address; the token goes to sessionStorage under \`gridwright-token\`, the locality into the address. */
export const signInScript = `const status = document.getElementById('status')
const answer = await fetch(location.pathname, { method: 'POST' }).catch(() => undefined)
if (answer?.ok) {
  const { token, locality } = await answer.json()
  sessionStorage.setItem('gridwright-token', token)
  location.replace('/?locality=' + encodeURIComponent(locality))
} else {
  status.textContent = '这个登录链接已经用过或过期了，请用启动服务时打印的新链接。This sign-in link has been used or has expired; use a new one from the server’s start.'
}
`
