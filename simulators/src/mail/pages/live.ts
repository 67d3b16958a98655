/** Puts new messages into the list as they come. The page works without it, too. */
export const liveScript = `
const list = document.getElementById('messages');
const count = document.getElementById('count');
async function update() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const items = [...page.getElementById('messages').children];
  const [known, kept] = [list.children, items].map((elements) => new Set([...elements].map(({ id }) => id)));
  for (const item of [...list.children]) if (!kept.has(item.id)) item.remove();
  list.prepend(...items.filter(({ id }) => !known.has(id)));
  count.textContent = page.getElementById('count').textContent;
}
const events = new EventSource('/events');
events.onmessage = update;
// Also what came while the connection was lost.
events.onopen = update;
`;
