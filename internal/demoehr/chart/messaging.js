// The other side of SMART Web Messaging: what the app in the frame sends to this window goes to the demo EHR,
// and its answer goes back. Only the frame's own window, at the app's origin, is heard.
'use strict';
(() => {
const frame = document.querySelector('iframe[data-app]')
if (!frame) return
const { app, messages } = frame.dataset

const answer = async request => {
  try {
    const response = await fetch(messages, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request) })
    return await response.json()
  } catch (unreachable) {
    return { payload: { status: '503 Service Unavailable' } }
  }
}

const list = item => {
  const row = document.createElement('li'), kind = document.createElement('strong'), where = document.createElement('span')
  kind.textContent = 'ChargeItem'
  where.textContent = item.location
  where.className = 'where'
  row.append(kind, ' ' + item.words + ' ', where)
  document.getElementById('scratchpad').append(row)
}

addEventListener('message', async event => {
  if (event.origin !== app || event.source !== frame.contentWindow) return
  const { messagingHandle, messageId, messageType, payload } = event.data || {}
  if (typeof messageId !== 'string') return
  const { payload: reply, added, close } = await answer({ messagingHandle, messageType, payload })
  event.source.postMessage({ messageId: crypto.randomUUID(), responseToMessageId: messageId, payload: reply }, app)
  if (added) list(added)
  if (close) {
    frame.remove()
    document.getElementById('closed').hidden = false
  }
})
})()
