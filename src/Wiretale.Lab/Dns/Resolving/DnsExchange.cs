using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>How to ask.</summary>
public sealed record AskSettings
{
    /// <summary>RD: the server is to find the answer itself.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>CD.</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>AD: the server may say whether it validated (RFC 6840 section 5.7).</summary>
    public bool AuthenticData { get; init; }

    /// <summary>EDNS to send; null for none.</summary>
    public OptRecord? Edns { get; init; } = new();

    /// <summary>Asks once more without EDNS when the server does not understand it (RFC 6891 section 7).</summary>
    public bool MayDropEdns { get; init; } = true;

    /// <summary>Asks over TCP from the start.</summary>
    public bool OverTcp { get; init; }

    /// <summary>Takes a truncated answer as it is.</summary>
    public bool IgnoreTruncation { get; init; }

    /// <summary>Letters of the name are sent large and small at random, and must come back so: one more thing that a forger has to guess ("0x20").</summary>
    public bool MixCase { get; init; }
}

/// <summary>What came of asking a server.</summary>
/// <param name="Server">Who was asked.</param>
/// <param name="Message">The answer; null where there is none.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="OverTcp">Whether it came over TCP.</param>
/// <param name="Time">How long the last message took.</param>
/// <param name="Fault">Why there is no answer.</param>
/// <param name="IsCertain">Whether asking again would be in vain: nobody listens there.</param>
/// <param name="Remarks">What else happened: messages that were passed over, repetitions.</param>
public sealed record DnsReply(IPEndPoint Server, DnsMessage? Message, int Size, bool OverTcp, TimeSpan Time, string? Fault, bool IsCertain, IReadOnlyList<string> Remarks)
{
    /// <summary>Whether the server did not understand EDNS.</summary>
    public bool LackedEdns { get; init; }
}

/// <summary>
/// Asks a server one question. What comes back must have the question's id and the question itself, letter for letter where they were mixed (RFC
/// 5452 section 9.1); anything else is passed over, and too much of it leads to TCP, where nobody can forge from afar.
/// </summary>
public sealed class DnsExchange(IDnsTransport transport, TimeProvider clock, Random random)
{
    /// <summary>Wrong messages after which UDP is given up: somebody is guessing.</summary>
    const int MostWrong = 32;

    const int MostRemarks = 8;

    readonly Random random = random;
    readonly TimeProvider clock = clock;

    /// <summary>Asks.</summary>
    /// <param name="patience">How long to wait for each message.</param>
    public async Task<DnsReply> AskAsync(DnsQuestion question, AskSettings settings, IPEndPoint server, TimeSpan patience, CancellationToken stop)
    {
        var remarks = new List<string>();
        bool tcp = settings.OverTcp, lacksEdns = false;
        while (true)
        {
            // TCP needs two round trips before its answer.
            var round = new Round(this, question, settings, lacksEdns, tcp, remarks);
            string? fault = null;
            bool isCertain = false;
            try
            {
                await transport.AskAsync(server, tcp, round.Query, round.Take, tcp ? 2 * patience : patience, stop);
            }
            catch (Links.LinkException e)
            {
                (fault, isCertain) = (e.Message, true);
            }

            if ((round.Message, tcp) is (null, false) && !isCertain && round.IsSuspicious)
            {
                remarks.Add("asking again over TCP, since something forged answers");
                tcp = true;
                continue;
            }

            var reply = new DnsReply(server, round.Message, round.Size, tcp, round.Time, fault ?? round.Fault, isCertain, remarks) { LackedEdns = lacksEdns };
            if (round.Message is not { } message)
            {
                return reply.Fault is null ? reply with { Fault = $"{server}: no answer within {patience.TotalSeconds:0.###} s" } : reply;
            }

            if (message.IsTruncated && !tcp && !settings.IgnoreTruncation)
            {
                remarks.Add("Truncated, retrying in TCP mode.");
                tcp = true;
            }
            else if (settings is { Edns: not null, MayDropEdns: true } && !lacksEdns && LacksEdns(message))
            {
                remarks.Add("the server does not understand EDNS; asking again without");
                lacksEdns = true;
            }
            else
            {
                return reply;
            }
        }
    }

    static bool LacksEdns(DnsMessage message) =>
        message.ResponseCode == ResponseCode.BadVers || (message.Opt is null && message.ResponseCode is ResponseCode.FormErr or ResponseCode.NotImp);

    /// <summary>The name with its letters large or small at random.</summary>
    DnsName Mixed(DnsName name)
    {
        byte[] wire = name.Wire.ToArray();
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            for (int i = at + 1; i <= at + wire[at]; i++)
            {
                if (char.IsAsciiLetter((char)wire[i]) && random.Next(2) == 0)
                {
                    wire[i] ^= 0x20;
                }
            }
        }

        return DnsName.FromWire(wire);
    }

    /// <summary>One message there, and what comes back.</summary>
    sealed class Round
    {
        readonly TimeProvider clock;
        readonly DnsQuestion original, question;
        readonly ushort id;
        readonly bool mixesCase;
        readonly List<string> remarks;
        readonly long began;
        int wrong;
        bool hasSameCase, hasOtherCase;

        public Round(DnsExchange exchange, DnsQuestion question, AskSettings settings, bool lacksEdns, bool tcp, List<string> remarks)
        {
            // Over TCP nobody guesses, and servers that do not keep the letters as they were get their chance.
            mixesCase = settings.MixCase && !tcp;
            clock = exchange.clock;
            original = question;
            this.question = mixesCase ? question with { Name = exchange.Mixed(question.Name) } : question;
            this.remarks = remarks;
            id = (ushort)exchange.random.Next(ushort.MaxValue + 1);
            var query = DnsMessage.Query(id, this.question);
            (query.RecursionDesired, query.CheckingDisabled, query.AuthenticData) = (settings.RecursionDesired, settings.CheckingDisabled, settings.AuthenticData);
            query.Opt = lacksEdns ? null : settings.Edns;
            Query = query.ToBytes(DnsMessage.PlainUdpSize);
            began = clock.GetTimestamp();
        }

        public byte[] Query { get; }

        public DnsMessage? Message { get; private set; }

        public int Size { get; private set; }

        public TimeSpan Time { get; private set; }

        public string? Fault { get; private set; }

        public bool IsSuspicious => wrong >= MostWrong || hasOtherCase;

        public bool Take(ReadOnlyMemory<byte> bytes)
        {
            Time = clock.GetElapsedTime(began);
            hasSameCase = true;
            if (Judge(mixesCase ? Unmixed(bytes.Span) : bytes.Span) is not { } why)
            {
                Size = bytes.Length;
                return true;
            }

            if (remarks.Count < MostRemarks)
            {
                remarks.Add(why);
            }

            return ++wrong >= MostWrong;
        }

        /// <summary>
        /// Where the letters of the question came back as they were sent, puts the original ones in their place, also for all names that point at
        /// them; otherwise leaves the message as it is.
        /// </summary>
        ReadOnlySpan<byte> Unmixed(ReadOnlySpan<byte> bytes)
        {
            var sent = question.Name.Wire;
            if (bytes.Length < DnsMessage.HeaderLength + sent.Length || !bytes.Slice(DnsMessage.HeaderLength, sent.Length).SequenceEqual(sent))
            {
                hasSameCase = false;
                return bytes;
            }

            byte[] copy = bytes.ToArray();
            original.Name.Wire.CopyTo(copy.AsSpan(DnsMessage.HeaderLength));
            return copy;
        }

        /// <summary>Why something is not the answer; null where it is, or where it is the answer and broken.</summary>
        string? Judge(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < DnsMessage.HeaderLength)
            {
                return $"a message of {bytes.Length} bytes is passed over";
            }

            int got = (bytes[0] << 8) | bytes[1];
            if (got != id)
            {
                return $"ID mismatch: expected ID {id}, got {got}";
            }

            if (!DnsMessage.TryParse(bytes, out var message, out string? error))
            {
                Fault = $"the answer is malformed: {error}";
                return null;
            }

            if (!message.IsResponse || message.Opcode != Opcode.Query)
            {
                return "a message that is not an answer is passed over";
            }

            switch (message.Questions)
            {
                case []:
                    // Servers that did not get as far as the question say only that it went wrong.
                    if (message.ResponseCode == ResponseCode.NoError)
                    {
                        return "an answer without its question is passed over";
                    }

                    break;
                case [var asked] when asked == question:
                    if (!hasSameCase)
                    {
                        hasOtherCase = true;
                        return $"question's letters were changed: expected {question.Name}, got {asked.Name}";
                    }

                    break;
                default:
                    return $"Question section mismatch: got {string.Join(", ", message.Questions.Take(3).Select(q => $"{q.Name}/{q.Type}/{q.Class.Name()}"))}";
            }

            Message = message;
            return null;
        }
    }
}
