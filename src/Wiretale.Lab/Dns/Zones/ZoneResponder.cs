using System.Net;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Wire;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>Answers from zones.</summary>
public sealed class ZoneResponder(ZoneSet zones) : IDnsResponder
{
    /// <summary>Bytes that prepared answers may take; beyond them answers are made each time, more slowly.</summary>
    const long MostPrepared = 1L << 28;

    const int AuthoritativeFlag = 0x400;

    volatile Snapshot current = new(zones);

    /// <summary>The zones; others can take their place at any time.</summary>
    public ZoneSet Zones
    {
        get => current.Zones;
        set => current = new(value);
    }

    /// <summary>Whether a zone has the name, there or not.</summary>
    public bool Covers(in DnsRequest request) => current.Zones.Closest(request.LowerName, out _) is not null;

    /// <inheritdoc/>
    public int Answer(in DnsRequest request, Span<byte> response)
    {
        if (request.Class != RecordClass.IN && request.Class != RecordClass.ANY)
        {
            return request.WriteHead(response, (int)ResponseCode.Refused);
        }

        if (request.Type.IsMeta && request.Type != RecordType.ANY)
        {
            // An OPT record is no question; the others ask for something that is not done here (RFC 6895 section 3.1).
            return request.WriteHead(response, (int)(request.Type.Value is DnsType.Opt or DnsType.Unused ? ResponseCode.FormErr : request.Type == RecordType.AXFR || request.Type == RecordType.IXFR ? ResponseCode.Refused : ResponseCode.NotImp));
        }

        var now = current;
        if (now.Zones.Closest(request.LowerName, out bool isExact) is not { } entry)
        {
            return request.WriteHead(response, (int)ResponseCode.Refused);
        }

        var prepared = (isExact ? entry.Own : entry.Below) ?? now.Prepare(entry, isExact);
        return prepared.Find(request.Type) is { } answer && !(request.IsTcp && request.Type == RecordType.ANY) && answer.Fits(request, entry.Node.Name)
            ? answer.Write(request, response) : Make(now.Zones, request, response);
    }

    /// <inheritdoc/>
    public ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop) => throw new InvalidOperationException("zones answer at once");

    /// <summary>Makes an answer for this one question.</summary>
    static int Make(ZoneSet zones, in DnsRequest request, Span<byte> response)
    {
        var name = DnsName.FromWire(request.Name);
        return ZoneLookup.Find(zones, name, request.Type, wholeAny: request.IsTcp) is not { } found ? request.WriteHead(response, (int)ResponseCode.Refused)
            : (PreparedAnswer.From(name, found, DnsMessage.UsualLength) ?? PreparedAnswer.From(name, found, ushort.MaxValue)) is { } answer ? answer.Write(request, response)
            : request.WriteHead(response, AuthoritativeFlag | (int)ResponseCode.ServFail);
    }

    sealed class Snapshot(ZoneSet zones)
    {
        long size;

        public ZoneSet Zones => zones;

        public PreparedAnswers Prepare(ZoneSet.Entry entry, bool isExact)
        {
            if (Interlocked.Read(ref size) > MostPrepared)
            {
                return PreparedAnswers.None;
            }

            // Two threads may prepare the same: it is the same.
            var prepared = isExact ? PreparedAnswers.Of(zones, entry.Node.Name) : PreparedAnswers.Below(zones, entry.Node.Name);
            Interlocked.Add(ref size, prepared.Size + 256);
            if (isExact)
            {
                Volatile.Write(ref entry.Own, prepared);
            }
            else
            {
                Volatile.Write(ref entry.Below, prepared);
            }

            return prepared;
        }
    }
}
