package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/effective"
)

// rulesExport writes the coding rules for the charge master of an EHR.
type rulesExport struct {
	FHIR string `name:"fhir" required:"" help:"New or empty directory for one FHIR R4 ChargeItemDefinition of each code, withdrawn ones too." placeholder:"DIR"`
	On   string `help:"The day that decides what is active and what is retired, such as 2025-03-10; without it today." placeholder:"DATE"`
	packs
	output
}

// exported is what the command rules export prints.
type exported struct {
	Directory   string              `json:"directory"`
	On          effective.Date      `json:"on"`
	Rules       coding.RulesVersion `json:"rules"`
	Definitions int                 `json:"definitions"`
}

// Run is the command rules export.
func (c *rulesExport) Run(t terminal) error {
	day, err := dayOption("--on", c.On)
	if err != nil {
		return err
	}
	if day.IsZero() {
		day = effective.DateOf(time.Now())
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	definitions, err := fhir.ChargeDefinitions(rules.Codes, day, notices[0])
	if err != nil {
		return input("rules", err)
	}
	dir, err := emptyDir(c.FHIR)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := writeDefinitions(dir, definitions); err != nil {
		return input(c.FHIR, err)
	}
	e := exported{c.FHIR, day, rules.Codes.Version(), len(definitions)}
	return c.print(t, e, func(p *page) {
		p.line("%d definitions of the rules %s on %s are in %s", e.Definitions, e.Rules.Version, e.On, e.Directory)
	})
}

// emptyDir opens a directory that holds nothing, making it where there is none.
func emptyDir(name string) (*os.Root, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, input(name, fmt.Errorf("no directory can be made here (%s), give another one", reason(err)))
	}
	held, err := os.ReadDir(name)
	if err != nil {
		return nil, input(name, errors.New(plainly(err)))
	}
	if len(held) > 0 {
		return nil, input(name, errors.New("is not empty, give a new or empty directory; nothing was written"))
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, input(name, errors.New(plainly(err)))
	}
	return root, nil
}

// writeDefinitions writes all or, where one cannot be written, takes back those before it. It
// replaces no file.
func writeDefinitions(dir *os.Root, definitions []fhir.ChargeDefinition) error {
	for i, d := range definitions {
		if err := writeNew(dir, definitionFile(d), d.JSON); err != nil {
			for _, written := range definitions[:i] {
				_ = dir.Remove(definitionFile(written)) // the first fault is the one to tell
			}
			return fmt.Errorf("%s cannot be written (%s); nothing was left behind", definitionFile(d), reason(err))
		}
	}
	return nil
}

func definitionFile(d fhir.ChargeDefinition) string {
	return "ChargeItemDefinition-" + d.Name + ".json"
}

func writeNew(dir *os.Root, name string, content []byte) error {
	file, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = dir.Remove(name)
	}
	return err
}

// reason is what the system says of a file, without its path.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
