// What makes Chargenote's page quicker to use, on top of htmx. The page works without it: each part here
// adds to what the server has written, and takes nothing away. Nothing is kept in the browser, nothing is
// made of text that came from the record but text, and nobody is asked but our own server and, for SMART
// Web Messaging, the one window that the launch named.
'use strict';
(() => {
const one = (selector, root = document) => root.querySelector(selector)
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector))
const page = () => document.getElementById('page')
const shown = element => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null

const make = (name, text, about = {}) => {
  const element = document.createElement(name)
  element.textContent = text
  for (const [key, value] of Object.entries(about)) element.setAttribute(key, value)
  return element
}

// htmx writes the page's path down for a history that we do not let it keep.
try { sessionStorage.removeItem('htmx-current-path-for-history') } catch (refused) { /* no storage: all the better */ }

/* --- the line that says what changed --- */

const line = make('p', '', { class: 'says', role: 'status' })
let silence
const says = text => {
  clearTimeout(silence)
  line.textContent = '' // the same words twice are two messages
  setTimeout(() => { line.textContent = text }, 30)
  silence = setTimeout(() => { line.textContent = '' }, 8000)
}

/* --- one press, one request --- */

// htmx keeps forms of its own to one request at a time; this does it for those that load a page. Where no
// page comes, or the browser goes back to this one, the button works again.
addEventListener('submit', event => {
  const form = event.target
  if (event.defaultPrevented || form.closest('[hx-boost]')) return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 'yes'
  setTimeout(() => { delete form.dataset.sent }, 20000)
})
addEventListener('pageshow', () => all('form[data-sent]').forEach(form => { delete form.dataset.sent }))

/* --- a part of the page is exchanged: focus, folds and what was typed stay --- */

const lines = () => all('fieldset.lines .line label').map(label =>
  [one('.code', label), one('.units', label)].map(part => part ? part.textContent.trim() : '').join(', '))

const questionOf = form => form && form.elements.question ? form.elements.question.value : ''
const firstControl = form => form && all('button, input:not([type=hidden]), select, textarea', form).find(shown)
const sectionOf = id => one(`section[aria-labelledby="${CSS.escape(id)}"]`)

// afterwards is how to find, on the page that comes, where the focus goes: to the same control; to the
// question that is open again; to the question, or the form, that has moved into its place; else to the
// heading of its part of the page.
const afterwards = used => {
  const form = used.closest('form'), section = used.closest('section')
  const { id, name, value, textContent } = used
  const action = form && form.getAttribute('action'), question = questionOf(form)
  const within = section && section.getAttribute('aria-labelledby')
  const place = form && section ? all('form', section).indexOf(form) : -1
  return () => {
    const forms = all('#page form')
    const part = within && sectionOf(within), inPart = part ? all('form', part) : []
    const found = (id && document.getElementById(id)) ||
      all(used.localName, page()).find(each => each.name === name && each.value === value && each.textContent === textContent &&
        (!form || each.form && each.form.getAttribute('action') === action && questionOf(each.form) === question)) ||
      (name === 'undo' && firstControl(forms.find(each => questionOf(each) === value))) ||
      firstControl(inPart[Math.min(place, inPart.length - 1)])
    if (found && shown(found)) return found
    const heading = (part && one('h2', part)) || one('#suggestions') || one('#main')
    heading.setAttribute('tabindex', '-1')
    return heading
  }
}

// nameOf is a fold by its words, without a count behind them.
const nameOf = summary => summary.textContent.replace(/\s*\(\d[^)]*\)$/, '')

const remember = () => {
  const at = document.activeElement, used = at && at.id !== 'main' && page().contains(at) ? at : null
  const form = used && used.closest('form')
  return {
    lines: one('#suggestions') ? lines() : null,
    said: form ? form.dataset.says : '',
    find: used && afterwards(used),
    top: used && used.getBoundingClientRect().top,
    open: all('#page details[open] > summary').map(nameOf),
    typed: all('#page input[id], #page select[id]').filter(each => each.form !== form)
      .map(each => ({ id: each.id, value: each.value, checked: each.checked, changed: each.checked !== each.defaultChecked ||
        (each.defaultValue !== undefined && each.value !== each.defaultValue) }))
      .filter(each => each.changed),
  }
}

const putBack = was => {
  for (const summary of all('#page details:not([open]) > summary')) {
    if (was.open.includes(nameOf(summary))) summary.parentElement.open = true
  }
  for (const { id, value, checked } of was.typed) {
    const field = document.getElementById(id)
    if (!field || !/^(checkbox|radio)$/.test(field.type)) { if (field) field.value = value } else if (field.value === value) field.checked = checked
  }
  if (one('#page [role=alert]') && !one('#suggestions')) {
    one('#main').focus()
    scrollTo({ top: 0, behavior: 'instant' })
  } else if (was.find) {
    const next = was.find()
    next.focus({ preventScroll: true })
    const top = next.getBoundingClientRect().top
    if (was.top !== null) scrollBy({ top: top - was.top, behavior: 'instant' })
    const strip = one('.strip'), above = strip ? strip.getBoundingClientRect().bottom : 0
    const box = next.getBoundingClientRect()
    if (box.top < above || box.bottom > innerHeight) next.scrollIntoView({ block: 'center', behavior: 'instant' })
  }
}

const whatChanged = was => {
  const now = one('#suggestions') ? lines() : null
  if (!was.lines || !now || one('#page [role=alert]')) return was.said || ''
  const words = list => list.length ? list.join(' and ') : 'nothing to bill'
  const sentence = words(now) === words(was.lines) ? `Reviewed again: ${words(now)}, as before.` : `Reviewed again: ${words(now)} instead of ${words(was.lines)}.`
  return was.said ? was.said + ' ' + sentence : sentence
}

let was = null
let path = location.pathname + location.search
addEventListener('htmx:beforeRequest', () => page().setAttribute('aria-busy', 'true'))
addEventListener('htmx:afterRequest', () => page() && page().removeAttribute('aria-busy'))
addEventListener('htmx:beforeSwap', event => {
  const { elt } = event.detail.requestConfig
  if (!event.detail.serverResponse.includes('id="page"')) { // a proxy's page, or half of ours
    event.detail.shouldSwap = false
    says('The answer could not be read. Load this page again to see how it stands.')
    return
  }
  const state = /data-state="([^"]*)"/.exec(event.detail.serverResponse)
  if (elt.dataset.state !== undefined && state && state[1] === elt.dataset.state) event.detail.shouldSwap = false
  else was = remember()
})
addEventListener('htmx:afterSwap', event => {
  const { responsePath } = event.detail.pathInfo, { verb, elt } = event.detail.requestConfig
  if (was) {
    putBack(was)
    const state = one('[data-state] h1')
    says(elt.dataset.state !== undefined && state ? state.textContent : whatChanged(was))
  }
  was = null
  const landed = (responsePath || path).split('#')[0]
  if (event.detail.xhr.status < 400 && landed !== path) {
    history[verb === 'get' ? 'replaceState' : 'pushState'](null, '', landed)
    path = landed
  }
})
addEventListener('htmx:afterSettle', () => enhance())
const unreached = () => says('The app could not be reached, so nothing was changed. Try again.')
addEventListener('htmx:sendError', unreached)
addEventListener('htmx:timeout', unreached)
// Back to a page that was exchanged loads it anew; going to another part of the same page does not.
addEventListener('popstate', () => { if (location.pathname + location.search !== path) location.reload() })

/* --- seconds that are counted, for the eye alone --- */

setInterval(() => all('[data-seconds]').forEach(each => {
  each.dataset.seconds = Math.max(0, Number(each.dataset.seconds) + (each.dataset.step === 'down' ? -1 : 1))
  each.textContent = each.dataset.seconds + ' s'
}), 1000)

/* --- copy --- */

const copy = async text => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch (refused) { // many frames are not allowed the clipboard; a selection is
    const back = document.activeElement, field = make('textarea', text, { class: 'skip', readonly: '' })
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    if (back) back.focus({ preventScroll: true })
    return done
  }
}

const copyButton = (text, words = 'Copy') => {
  const button = make('button', words, { type: 'button', class: 'quiet copy', 'aria-label': words === 'Copy' ? 'Copy: ' + text : words })
  button.addEventListener('click', async () => {
    const done = await copy(text)
    says(done ? 'Copied' : 'This browser does not let the page copy. Select the text and copy it.')
    if (!done) return
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = words }, 2000)
  })
  return button
}

const offerCopies = () => {
  for (const text of all('[data-copy]:not([data-offered])')) {
    text.dataset.offered = ''
    const button = copyButton(text.dataset.copy || text.textContent)
    if (text.matches('pre')) text.after(button)
    else text.append(' ', button)
  }
  for (const about of all('[data-copy-code]:not([data-offered])')) {
    about.dataset.offered = ''
    const row = make('p', '', { class: 'copies' })
    row.append(copyButton(about.dataset.copyCode, 'Copy ' + about.dataset.copyCode))
    about.append(row)
  }
}

/* --- documents: saved while she writes --- */

const pause = 2000, between = 10000, again = 15000 // milliseconds: after the last key, from save to save, after a failure

// renumbered is a text with the numbers of its sources as the server gives them now: it may have renumbered
// them, while she wrote on.
const renumbered = (text, sent, theirs) => {
  const numbers = each => each.match(/\[\d+\]/g) || []
  const old = numbers(sent), now = numbers(theirs)
  if (old.length !== now.length) return text
  const to = new Map(old.map((number, i) => [number, now[i]]))
  return text.replace(/\[\d+\]/g, number => to.get(number) || number)
}

const setText = (field, text) => {
  if (field.value === text) return
  const { selectionStart, selectionEnd } = field
  field.value = text
  field.setSelectionRange(selectionStart, selectionEnd)
}

let unsaved = () => false
addEventListener('beforeunload', event => { if (unsaved()) event.preventDefault() })

const watchDocument = () => {
  const form = one('form[data-autosave]:not([data-watched])')
  if (!form) return
  form.dataset.watched = ''
  const fields = all('textarea', form), kept = new Map(fields.map(field => [field, field.value]))
  const status = make('p', '', { class: 'muted saved', role: 'status' })
  one('.act', form).append(status)
  let timer, sending = false, stopped = false, last = 0
  const differs = () => fields.some(field => field.value !== kept.get(field))
  unsaved = () => form.isConnected && !form.dataset.sent && differs()

  // take puts in what the server made of a save; what she has written since stays.
  const take = (theirs, sent) => {
    for (const passage of all('.passage', form)) {
      const heading = one('[name=heading]', passage).value, field = one('textarea', passage)
      const fresh = all('.passage', theirs).find(each => one('[name=heading]', each).value === heading)
      if (!fresh) continue
      for (const name of ['was', 'version']) one(`[name=${name}]`, passage).value = one(`[name=${name}]`, fresh).value
      const text = one('textarea', fresh).value
      kept.set(field, renumbered(sent.get(field), sent.get(field), text))
      setText(field, renumbered(field.value, sent.get(field), text))
      for (const part of ['.open', '.rests']) {
        const mine = one(part, passage), their = one(part, fresh)
        if (mine && their) mine.replaceWith(document.importNode(their, true))
        else if (part === '.open' && their) one('.beside', passage).append(document.importNode(their, true))
        else if (part === '.open' && mine) mine.remove()
      }
      const back = one('[name=back]', fresh)
      if (back && !one('[name=back]', passage)) passage.append(document.importNode(back.parentElement, true))
    }
    one('[name=cited]', form).value = one('[name=cited]', theirs).value
    for (const part of ['.head .paper', 'section[aria-labelledby=take]', '.sheet']) {
      const mine = one(part), their = one(part, theirs.ownerDocument)
      if (mine && their && !mine.contains(document.activeElement)) mine.replaceWith(document.importNode(their, true))
    }
  }
  const stop = words => {
    stopped = true
    status.textContent = words
    says(words)
  }
  const save = async () => {
    clearTimeout(timer)
    if (sending || stopped || !differs() || !form.isConnected) return
    sending = true
    const sent = new Map(fields.map(field => [field, field.value]))
    let wait = between
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Prefer: 'return=representation' },
        keepalive: document.visibilityState === 'hidden' })
      const theirs = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = one('form[data-autosave]', theirs), title = one('h1', theirs)
      if (answer.ok && fresh) {
        take(fresh, sent)
        last = Date.now()
        status.textContent = 'Saved ' + fresh.dataset.autosave
      } else if (answer.status === 409 && fresh) {
        stop('Another window changed this document meanwhile, so nothing more is saved by itself. Press Save to see both.')
      } else if (answer.status < 500) {
        stop('Not saved. ' + (fresh ? one('[role=alert]', theirs).textContent : title ? title.textContent + '. Copy what you wrote before you leave.' : ''))
      } else {
        wait = again
        status.textContent = 'Not saved yet. It is tried again.'
      }
    } catch (unreachable) {
      wait = again
      status.textContent = 'Not saved yet: the app could not be reached. It is tried again.'
    }
    sending = false
    if (!stopped && differs()) timer = setTimeout(save, wait)
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(save, Math.max(pause, last + between - Date.now()))
  })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save() })
  fields.forEach(showSources)
}

// showSources says, under a field, what the sentence at the cursor or under the mouse rests on.
const showSources = field => {
  const passage = field.closest('.passage')
  if (!one('.rests', passage)) return
  const resting = make('p', '', { class: 'reference resting', id: field.id + '-rests' })
  field.closest('.beside').after(resting)
  field.setAttribute('aria-describedby', resting.id)
  const say = offset => {
    const row = all('.rests tbody tr', passage).find(each => {
      const sentence = each.cells[0].lastChild.textContent.trim(), from = field.value.indexOf(sentence)
      return sentence && from >= 0 && from <= offset && offset <= from + sentence.length && !one('.mark', each)
    })
    resting.textContent = row ? 'Source: ' + row.cells[1].textContent.trim() : ''
  }
  const atCursor = () => { if (document.activeElement === field) say(field.selectionStart) }
  for (const name of ['focus', 'keyup', 'click']) field.addEventListener(name, atCursor)
  field.addEventListener('mousemove', event => {
    const at = document.caretPositionFromPoint ? document.caretPositionFromPoint(event.clientX, event.clientY) : null
    if (at && (at.offsetNode === field || field.contains(at.offsetNode))) say(at.offset)
  })
  field.addEventListener('mouseleave', () => {
    resting.textContent = ''
    atCursor()
  })
}

// A blank in the list leads to itself in the text.
addEventListener('click', event => {
  const link = event.target.closest('.open a')
  if (!link) return
  event.preventDefault()
  const field = document.getElementById(link.hash.slice(1)), n = all('a', link.closest('ul')).indexOf(link)
  const found = Array.from(field.value.matchAll(/\[\[[^]*?\]\]/g))[n]
  field.focus()
  if (found) field.setSelectionRange(found.index, found.index + found[0].length)
})

/* --- single keys --- */

const visit = () => '/visit/' + page().dataset.launch
const toHeading = heading => {
  heading.setAttribute('tabindex', '-1')
  heading.focus()
}
const keys = {
  a: ['Preview what is ticked; on the preview, go to the button that files', () => {
    const preview = one('form[action$="/preview"] .primary'), file = one('form[action$="/confirm"] .primary')
    if (preview) preview.click()
    else if (file) file.focus()
  }],
  e: ['Open or close the evidence of the line that has the focus', () => {
    const at = document.activeElement
    const around = at && at !== document.body && at.id !== 'main' ? at.closest('.line, .gap, .scores > li, .passage, section') : one('.line')
    const fold = around && one('details', around)
    if (!fold) return
    fold.open = !fold.open
    one('summary', fold).focus()
  }],
  u: ['Undo what you said last', () => {
    const at = document.activeElement, own = at && at.closest('.said li')
    const undo = (own && one('[name=undo]', own)) || one('[data-undo]') || all('[name=undo]').pop()
    if (undo) undo.click()
    else says('There is nothing to undo.')
  }],
  g: ['Go to what the note still lacks', () => {
    const gaps = one('h2#gaps')
    if (gaps) toHeading(gaps)
    else location.assign(visit() + '#gaps')
  }],
  d: ['Go to the documents', () => location.assign(visit() + '/documents')],
  '?': ['Show this list', () => listKeys()],
}

const listKeys = () => {
  let list = one('dialog.keys')
  if (!list) {
    list = make('dialog', '', { class: 'keys', 'aria-labelledby': 'keys' })
    list.append(make('h2', 'Keys', { id: 'keys' }))
    const rows = make('dl', '')
    for (const [key, words] of [...Object.entries(keys).map(([key, [words]]) => [key, words]), ['Esc', 'Close this list']]) {
      const row = make('dt', '')
      row.append(make('kbd', key))
      rows.append(row, make('dd', words))
    }
    const choice = make('div', '', { class: 'pick' }), box = make('input', '', { type: 'checkbox', id: 'keys-on' })
    box.addEventListener('change', async () => {
      page().dataset.keys = box.checked ? 'on' : 'off'
      try {
        await fetch(visit() + '/keys', { method: 'POST', body: new URLSearchParams({ keys: page().dataset.keys }) })
      } catch (unreachable) {
        unreached()
      }
    })
    choice.append(box, make('label', 'Use these keys while this chart is open', { for: 'keys-on' }))
    const close = make('button', 'Close', { type: 'button', class: 'quiet' })
    close.addEventListener('click', () => list.close())
    list.append(rows, choice, close)
    document.body.append(list)
  }
  one('#keys-on', list).checked = page().dataset.keys !== 'off'
  list.showModal()
}

const offerKeys = () => {
  if (!page().dataset.launch || one('footer .list-keys')) return
  const button = make('button', 'Keys', { type: 'button', class: 'quiet list-keys' })
  button.addEventListener('click', listKeys)
  const end = one('footer form[data-end]')
  if (end) end.append(button)
}

addEventListener('keydown', event => {
  const { target, key } = event
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || event.defaultPrevented) return
  if (!page().dataset.launch || page().dataset.keys === 'off' || one('dialog[open]')) return
  if (target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')) return
  if (!Object.prototype.hasOwnProperty.call(keys, key)) return
  event.preventDefault()
  keys[key][1]()
})

/* --- SMART Web Messaging 1.0: the window of the chart that we are framed in --- */

// ask sends one message to the frame's parent, at the origin that the token response named and nowhere else,
// and gives its answer; null where none comes in time.
const ask = (type, payload, wait) => new Promise(resolve => {
  const { messagingOrigin, messagingHandle } = page().dataset
  if (!messagingOrigin || parent === window) return resolve(null)
  const messageId = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
  const done = answer => {
    clearTimeout(timer)
    removeEventListener('message', hear)
    resolve(answer)
  }
  const hear = event => {
    const { data } = event
    if (event.origin !== messagingOrigin || event.source !== parent) return
    if (data && data.responseToMessageId === messageId) done(data.payload && typeof data.payload === 'object' ? data.payload : {})
  }
  const timer = setTimeout(() => done(null), wait)
  addEventListener('message', hear)
  parent.postMessage({ messagingHandle, messageId, messageType: type, payload }, messagingOrigin)
})

let greeting // one handshake for a page, which is one launch
const greet = async () => {
  if (!page().dataset.messagingOrigin) return
  greeting = greeting || ask('status.handshake', {}, 3000)
  if (!await greeting) return
  page().dataset.connected = 'yes'
  const end = one('form[data-end] [type=submit]'), pad = one('form[data-scratchpad]')
  if (end) end.textContent = 'Close and go back to the chart'
  if (pad) {
    all('[data-scratchpad-words]').forEach(each => { each.hidden = false })
    all('[data-record-only]').forEach(each => { each.hidden = true })
    one('#main h1').textContent = 'Check before it goes to the scratchpad'
    one('#what').textContent = 'What will be put there'
    one('.primary', pad).textContent = pad.dataset.words
  }
}

// showInstead shows a page of ours in the place of this one.
const showInstead = html => {
  page().replaceWith(document.importNode(one('#page', new DOMParser().parseFromString(html, 'text/html')), true))
  one('#main').focus()
}

// Closing: the launch is ended here and the chart is asked to close the frame, both at once, for the frame may
// be gone before either answers.
const close = async form => {
  const done = ask('ui.done', {}, 3000)
  try {
    const answer = await fetch(form.action, { method: 'POST', keepalive: true })
    showInstead(await answer.text())
  } catch (unreachable) {
    return unreached()
  }
  const answer = await done
  if (!answer || answer.status !== 'success') says('The chart did not close this frame. You can leave it as it is.')
}

// putAside sends the confirmed charges to the chart's scratchpad, one after the other, and tells our server
// what the chart answered. The server gives them out once, so that nothing is put there twice or filed too.
const putAside = async form => {
  let write
  try {
    const given = await fetch(form.dataset.scratchpad, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
    if (!given.ok) return showInstead(await given.text())
    const { resources, page: address } = await given.json()
    write = address
    if (!resources) return location.assign(write)
    const told = new URLSearchParams()
    for (const resource of resources) {
      const answer = await ask('scratchpad.create', { resource }, 10000)
      told.append('status', answer ? String(answer.status || 'none') : '')
      told.append('location', answer ? String(answer.location || '') : '')
    }
    await fetch(write + '/scratchpad', { method: 'POST', body: told })
  } catch (unreachable) {
    if (!write) return unreached()
  }
  location.assign(write)
}

addEventListener('submit', event => {
  const form = event.target
  if (page().dataset.connected !== 'yes' || form.dataset.end === undefined && form.dataset.scratchpad === undefined) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (form.dataset.sent) return
  form.dataset.sent = 'yes'
  const after = form.dataset.end !== undefined ? close(form) : putAside(form)
  after.finally(() => { delete form.dataset.sent })
}, true)

/* --- what is done to each page, and to what is exchanged --- */

function enhance() {
  offerCopies()
  offerKeys()
  watchDocument()
  greet()
}
document.body.append(line)
enhance()
})()
