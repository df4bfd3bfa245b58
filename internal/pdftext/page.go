package pdftext

import (
	"errors"

	"github.com/klippa-app/go-pdfium/enums"
	failures "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// errNoPage is a page that cannot be loaded; the others may be.
var errNoPage = errors.New("the page cannot be loaded")

// errFull is a page with which a limit of the whole file is passed; those before it were read.
var errFull = errors.New("the file is longer than what is read of it")

// page reads the lines of one page.
func (d *document) page(index int) ([]string, error) {
	loaded, err := d.pdfium.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.document, Index: index})
	if errors.Is(err, failures.ErrPage) {
		return nil, errNoPage
	} else if err != nil {
		return nil, err
	}
	page := requests.Page{ByReference: &loaded.Page}
	shown, err := d.pdfium.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: page}) // fields change it
	if err != nil {
		return nil, err
	}
	if err := d.fields(page); err != nil {
		return nil, err
	}
	if err := d.prune(page); err != nil {
		return nil, err
	}
	lines, err := d.lines(page, shown.Rect)
	if err != nil {
		return nil, err
	}
	_, err = d.pdfium.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	return lines, err
}

// fields makes what was filled into the fields of a form, and what was typed onto the page, a part of
// the page, as far as it is to be seen on a screen.
func (d *document) fields(page requests.Page) error {
	counted, err := d.pdfium.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})
	if err != nil || counted.Count == 0 {
		return err
	}
	if d.seen.objects += counted.Count; d.seen.objects > d.limits.objects {
		return errFull
	}
	for i := counted.Count - 1; i >= 0; i-- { // from the end, since what is removed moves those after it
		if err := d.hide(page, i); err != nil {
			return err
		}
	}
	_, err = d.pdfium.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: page, Usage: requests.FPDFPage_FlattenUsageNormalDisplay})
	return err
}

// hide removes the i-th annotation of a page if a screen does not show it (ISO 32000-1, 12.5.3), or it is none.
func (d *document) hide(page requests.Page, i int) error {
	got, err := d.pdfium.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: page, Index: i})
	if err == nil {
		flags, err := d.pdfium.FPDFAnnot_GetFlags(&requests.FPDFAnnot_GetFlags{Annotation: got.Annotation})
		if err != nil {
			return err
		}
		if _, err = d.pdfium.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: got.Annotation}); err != nil {
			return err
		}
		if flags.Flags&(enums.FPDF_ANNOT_FLAG_HIDDEN|enums.FPDF_ANNOT_FLAG_NOVIEW) == 0 {
			return nil
		}
	}
	_, err = d.pdfium.FPDFPage_RemoveAnnot(&requests.FPDFPage_RemoveAnnot{Page: page, Index: i})
	return err
}

// A holder is what objects are drawn in: a page or a form within it.
type holder struct {
	count  func() (int, error)
	object func(i int) (references.FPDF_PAGEOBJECT, error)
	remove func(references.FPDF_PAGEOBJECT) error
}

func (d *document) holderOf(page requests.Page) holder {
	return holder{
		count: func() (int, error) {
			counted, err := d.pdfium.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
			if err != nil {
				return 0, err
			}
			return counted.Count, nil
		},
		object: func(i int) (references.FPDF_PAGEOBJECT, error) {
			got, err := d.pdfium.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
			if err != nil {
				return "", err
			}
			return got.PageObject, nil
		},
		remove: func(object references.FPDF_PAGEOBJECT) error {
			_, err := d.pdfium.FPDFPage_RemoveObject(&requests.FPDFPage_RemoveObject{Page: page, PageObject: object})
			return err
		},
	}
}

func (d *document) formOf(form references.FPDF_PAGEOBJECT) holder {
	return holder{
		count: func() (int, error) {
			counted, err := d.pdfium.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: form})
			if err != nil {
				return 0, err
			}
			return counted.Count, nil
		},
		object: func(i int) (references.FPDF_PAGEOBJECT, error) {
			got, err := d.pdfium.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: form, Index: uint64(i)})
			if err != nil {
				return "", err
			}
			return got.PageObject, nil
		},
		remove: func(object references.FPDF_PAGEOBJECT) error {
			_, err := d.pdfium.FPDFFormObj_RemoveObject(&requests.FPDFFormObj_RemoveObject{PageObject: form, FormObject: object})
			return err
		},
	}
}

// prune takes text that is drawn invisibly from the page, and counts its pictures.
func (d *document) prune(page requests.Page) error { return d.pruneIn(d.holderOf(page), 0) }

func (d *document) pruneIn(h holder, depth int) error {
	count, err := h.count()
	if err != nil {
		return err
	}
	if d.seen.objects += count; d.seen.objects > d.limits.objects {
		return errFull
	}
	for i := count - 1; i >= 0; i-- { // from the end, since what is removed moves those after it
		object, err := h.object(i)
		if err != nil {
			return err
		}
		kind, err := d.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object})
		if err != nil {
			return err
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_IMAGE:
			d.seen.pictures++
		case enums.FPDF_PAGEOBJ_TEXT:
			err = d.pruneText(h, object)
		case enums.FPDF_PAGEOBJ_FORM:
			if depth >= deepestForm {
				err = h.remove(object)
			} else {
				err = d.pruneIn(d.formOf(object), depth+1)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pruneText removes a text in a mode of drawing in which nothing is to be seen (ISO 32000-1, 9.3.6).
func (d *document) pruneText(h holder, object references.FPDF_PAGEOBJECT) error {
	mode, err := d.pdfium.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: object})
	if err != nil {
		return err
	}
	if mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE || mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_CLIP {
		return h.remove(object)
	}
	return nil
}
