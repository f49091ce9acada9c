using System.Net;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>Whole zones for those who may have them (RFC 5936).</summary>
sealed class ZoneTransfer(ZoneResponder? zones, IReadOnlyList<IPNetwork> allowed, ILog log)
{
    /// <summary>Names are pointed at up to 16,383 bytes; longer messages would be longer for it.</summary>
    const int MessageLength = 1 << 14;

    /// <summary>Begins a transfer: messages with their lengths in front, made as they are sent. Null where none is asked for or allowed; then the usual way answers.</summary>
    public IEnumerable<byte[]>? Begin(ReadOnlySpan<byte> message, IPAddress client)
    {
        if (DnsRequest.Read(message, isTcp: true, stackalloc byte[DnsName.MaximumLength], out var request) != RequestVerdict.Question
            || request.Class != RecordClass.IN || (request.Type != RecordType.AXFR && request.Type != RecordType.IXFR)
            || !allowed.Any(network => network.Contains(client))
            || zones?.Zones.Find(DnsName.FromWire(request.Name)) is not { } zone
            || !DnsMessage.TryParse(message, out var query, out _))
        {
            return null;
        }

        log.Show($"{client} gets the zone {zone.Name}", Tone.Note);
        return Messages(zone, query);
    }

    static IEnumerable<byte[]> Messages(Zone zone, DnsMessage query)
    {
        var writer = new DnsWriter(MessageLength);
        var soa = new ResourceRecord(zone.Name, zone.Apex.Find(RecordType.SOA)!.Ttl, zone.Soa);
        int count = 0;
        Begin();
        foreach (var record in Records(zone, soa))
        {
            if (!record.Write(writer))
            {
                yield return End();
                Begin();
                if (!record.Write(writer))
                {
                    // Longer than others: a message of its own.
                    writer = new(ushort.MaxValue);
                    Begin();
                    record.Write(writer);
                }
            }

            count++;
        }

        yield return End();

        void Begin()
        {
            var head = query.Response();
            head.IsAuthoritative = true;
            writer.Position = 0;
            head.Write(writer);
            count = 0;
        }

        byte[] End()
        {
            writer.Patch16(6, (ushort)count);
            return DnsTcpService.Frame(writer.Written);
        }
    }

    /// <summary>The SOA record first and last, and glue as well (RFC 5936 sections 2.2 and 3.5).</summary>
    static IEnumerable<ResourceRecord> Records(Zone zone, ResourceRecord soa) =>
    [
        soa,
        .. zone.Nodes.SelectMany(node => node.Sets.Where(set => set.Type != RecordType.SOA).SelectMany(set => set.Records(node.Name))),
        soa,
    ];
}
