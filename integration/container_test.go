package integration

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/wait"
)

// TestContainer builds the product's own Dockerfile and runs it as a clinic should: as nobody, on a
// file system that cannot be written, without any capability.
func TestContainer(t *testing.T) {
	engine(t)
	name := image(t, "../scripts/image.sh")
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte(`
listen: 0.0.0.0:8787
base_url: https://chargenote.clinic.example
issuers:
  - iss: https://ehr.clinic.example/fhir
    key: clinic
    client: {id: chargenote, auth: none}
    zone: America/New_York
`), 0o644); err != nil {
		t.Fatal(err)
	}
	started, err := testcontainers.GenericContainer(t.Context(), testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        name,
			ExposedPorts: []string{"8787/tcp"},
			HostConfigModifier: func(h *container.HostConfig) {
				h.ReadonlyRootfs = true
				h.CapDrop = []string{"ALL"}
				h.SecurityOpt = []string{"no-new-privileges"}
				h.Binds = []string{config + ":/etc/chargenote/config.yaml:ro"}
			},
			WaitingFor: wait.ForHTTP("/livez").WithPort("8787/tcp").WithStartupTimeout(30 * time.Second),
		},
		Started: true,
	})
	if started != nil {
		t.Cleanup(func() { remove(t, started) })
	}
	if err != nil {
		t.Fatalf("the container does not answer /livez: %v\n%s", err, logOf(started))
	}
	endpoint, err := started.PortEndpoint(t.Context(), "8787/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/livez", "/readyz"} {
		if response, err := http.Get(endpoint + path); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %v %v", path, response, err)
		} else {
			response.Body.Close()
		}
	}
	inspected, err := started.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if user := inspected.Config.User; user == "" || strings.HasPrefix(user, "0") || strings.HasPrefix(user, "root") {
		t.Errorf("the image runs as %q, want an unprivileged user by number", user)
	}
	status, out, err := started.Exec(t.Context(), []string{"/usr/local/bin/chargenote", "version"}, exec.Multiplexed())
	if err != nil {
		t.Fatal(err)
	}
	if said, _ := io.ReadAll(out); status != 0 || !bytes.Contains(said, []byte("codingRules")) {
		t.Errorf("chargenote version in the container answers %d: %s", status, said)
	}
}

func logOf(c testcontainers.Container) string {
	if c == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	log, err := c.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer log.Close()
	text, _ := io.ReadAll(log)
	return string(text)
}
