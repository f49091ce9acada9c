using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

/// <content>Which response belongs to which request, by conversation and transaction number.</content>
sealed partial class DnsMessage
{
    /// <summary>A request sent again within this many seconds is the same request.</summary>
    readonly Preference retransmissionTimer = dns.NumberPreference("retransmission_timer", "Number of seconds allowed between DNS requests with the same transaction ID to consider it a retransmission", 5);

    readonly Field responseTo = dns.FrameNumber("dns.response_to", "Request In", "This is a response to the DNS query in this frame");
    readonly Field responseIn = dns.FrameNumber("dns.response_in", "Response In", "The response to this DNS query is in this frame");
    readonly Field time = dns.RelativeTime("dns.time", "Time", "The time between the Query and the Response");
    readonly Field retransmission = dns.Flag("dns.retransmission", "Retransmission", blurb: "This is a retransmission");
    readonly Field retransmittedRequest = dns.FrameNumber("dns.retransmit_request_in", "Retransmitted request. Original request in", "This is a retransmitted DNS query");
    readonly Field retransmittedResponse = dns.FrameNumber("dns.retransmit_response_in", "Retransmitted response. Original response in", "This is a retransmitted DNS response");
    readonly Field unsolicited = dns.Flag("dns.unsolicited", "Unsolicited", blurb: "This is an unsolicited response");
    readonly Expert requestAgain = dns.Expert("dns.retransmit_request", Severity.Warning, ExpertGroup.Protocol, "DNS query retransmission");
    readonly Expert responseAgain = dns.Expert("dns.retransmit_response", Severity.Warning, ExpertGroup.Protocol, "DNS response retransmission");

    Tracked Track(Packet p, in View m, ushort number, ushort flags)
    {
        if (p.IsQuoted || p.Conversation is not { } conversation)
        {
            return default;
        }

        var transactions = conversation.GetOrAdd<Transactions>(p.Current!);
        ref var known = ref transactions.Find(number);
        if ((flags & ResponseBit) == 0)
        {
            if (known.Request > 0 && known.Response == 0 && (p.Time - known.Time).Seconds < p.Preference(retransmissionTimer))
            {
                return new(known, IsRetransmission: true);
            }

            known = new(p.Number, 0, p.Time, false);
            return new(known, false);
        }

        if (known.Request == 0)
        {
            return default;
        }

        if (known.Response == 0)
        {
            known = known with { Response = p.Number, IsTransfer = IsTransfer(m) };
            return new(known, false);
        }

        // A zone comes in many responses (RFC 5936 section 2.2).
        return new(known, IsRetransmission: !known.IsTransfer);
    }

    static bool IsTransfer(in View m)
    {
        if (m.Captured <= Dns.HeaderLength || m.U16(4) == 0)
        {
            return false;
        }

        int at = Dns.HeaderLength;
        while (at < m.Captured && m.U8(at) is > 0 and < 0x40)
        {
            at += 1 + m.U8(at);
        }

        return m.Has(at, 3) && m.U8(at) == 0 && m.U16(at + 1) is DnsType.Axfr or DnsType.Ixfr;
    }

    void AddRetransmission(Packet p, in View m, Node idNode, in Tracked tracked, bool isResponse)
    {
        if (isResponse)
        {
            p.Expert(idNode, responseAgain, m, 0, 2, $"DNS response retransmission. Original response in frame {tracked.Transaction.Response}");
        }
        else
        {
            p.Expert(idNode, requestAgain, m, 0, 2, $"DNS query retransmission. Original request in frame {tracked.Transaction.Request}");
        }
    }

    void AddTransaction(Packet p, in View m, Node tree, Node idNode, in Tracked tracked, bool isResponse)
    {
        if (tracked.IsRetransmission)
        {
            AddRetransmission(p, m, idNode, tracked, isResponse);
            p.Generated(isResponse
                ? p.AddUInt(tree, retransmittedResponse, m, 0, 0, (uint)tracked.Transaction.Response)
                : p.AddUInt(tree, retransmittedRequest, m, 0, 0, (uint)tracked.Transaction.Request));
            p.Generated(p.AddFlag(tree, retransmission, m, 0, 0, true));
        }
        else if (isResponse && tracked.Transaction.Request > 0)
        {
            p.Generated(p.AddUInt(tree, responseTo, m, 0, 0, (uint)tracked.Transaction.Request));
            p.Generated(p.AddTime(tree, time, m, 0, 0, p.Time - tracked.Transaction.Time));
        }
        else if (!isResponse)
        {
            p.AddLater(tree, responseIn, m);
        }
        else
        {
            p.Generated(p.AddFlag(tree, unsolicited, m, 0, 0, true));
        }
    }

    /// <summary>A request and the first response to it, by their frames.</summary>
    readonly record struct Transaction(int Request, int Response, Timestamp Time, bool IsTransfer);

    /// <summary>A message's transaction; without a request when none was seen.</summary>
    readonly record struct Tracked(Transaction Transaction, bool IsRetransmission);

    /// <summary>The last transaction of each number of a conversation.</summary>
    sealed class Transactions
    {
        /// <summary>More than a resolver has open on one port pair; beyond it, the oldest are forgotten all at once.</summary>
        const int Limit = 4096;

        ushort firstNumber;
        bool hasFirst;
        Transaction first;
        Dictionary<ushort, Transaction>? others;

        public ref Transaction Find(ushort number)
        {
            if (!hasFirst || firstNumber == number)
            {
                (hasFirst, firstNumber) = (true, number);
                return ref first;
            }

            others ??= [];
            if (others.Count >= Limit)
            {
                others.Clear();
            }

            return ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(others, number, out _);
        }
    }
}
