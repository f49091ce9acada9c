using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: none published; JSON broadcast to UDP port 17500.

/// <summary>What Dropbox's programs in one network tell each other.</summary>
public sealed class DropboxDiscovery() : Dissector("db-lsp-disc", "db-lsp")
{
    static readonly Protocol P = new("Dropbox LAN sync Discovery Protocol", "DB-LSP-DISC", "db-lsp-disc");
    static readonly Protocol Sync = new("Dropbox LAN sync Protocol", "DB-LSP", "db-lsp");
    static readonly Field Text = Sync.String("db-lsp.text", "Text");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [Sync];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 17500);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("DB-LSP-DISC");
        p.Info.Set("Dropbox LAN sync Discovery Protocol"u8);
        var tree = p.Open(P, v, parent);
        if (Json.LooksLike(v.Bytes))
        {
            MediaTypes.MediaTypes.Set(p, default, default);
            p.Call(Catalog.Json, v, tree);
        }
        else
        {
            p.Add(tree, Text, v, 0, v.Reported);
        }

        return v.Reported;
    }
}
