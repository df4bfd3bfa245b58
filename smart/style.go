package smart

import (
	"context"
	"fmt"
	"net/url"
)

// maxStyle bounds the bytes of a style document, which has eleven short values.
const maxStyle = 16 << 10

// Style fetches the JSON document that smart_style_url of the launch leads to: https, from a host that the EHR's entry
// names, without the access token and without following a redirect. What it holds is the EHR's word and not checked.
func (a *App) Style(ctx context.Context, l *Launch) ([]byte, error) {
	e := a.byKey[l.Issuer.Key]
	if u, err := url.Parse(l.StyleURL); e == nil || err != nil || l.StyleURL == "" || !e.ours(u) {
		return nil, wireFault("a launch without a style of its EHR")
	}
	body, _, err := e.fetch(ctx, l.StyleURL)
	if err != nil {
		return nil, fmt.Errorf("style of the EHR: %s", reason(err))
	}
	if len(body) > maxStyle {
		return nil, wireFault("a style of more than 16 kB")
	}
	return body, nil
}
